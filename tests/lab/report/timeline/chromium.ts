/** A browser without a window, where there is one. */

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

const OPTIONS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--virtual-time-budget=2000",
];

/** The browser's command; null if there is none. */
export const chromium: string | null = find();

function find(): string | null {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of NAMES) {
      try {
        if (Deno.statSync(`${folder}/${name}`).isFile) return `${folder}/${name}`;
      } catch {
        // Not there.
      }
    }
  }
  return null;
}

/** What a page has become once its script has run, as markup. `command` is the browser's. */
export async function domOf(command: string, html: string, fragment: string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "ipclab-test-" });
  try {
    await Deno.writeTextFile(`${folder}/page.html`, html);
    const { stdout } = await new Deno.Command(command, {
      args: [...OPTIONS, `--user-data-dir=${folder}/profile`, "--dump-dom", `file://${folder}/page.html${fragment}`],
      env: { HOME: folder },
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
