/**
 * The constants of the Internet protocols, the same on both machines. See ip(7), ipv6(7), tcp(7).
 *
 * @module
 */

/** Protocol, and level of options: IPv4. As a protocol it is "whatever fits the type". */
export const IPPROTO_IP = 0;
/** Protocol, and level of options: TCP. */
export const IPPROTO_TCP = 6;
/** Protocol: UDP. */
export const IPPROTO_UDP = 17;
/** Protocol, and level of options: IPv6. */
export const IPPROTO_IPV6 = 41;

/** Option of IPPROTO_IP: how many hops a packet may make. */
export const IP_TTL = 2;
/** Option of IPPROTO_IPV6: no IPv4 peers on this socket. */
export const IPV6_V6ONLY = 26;

/** Option of IPPROTO_TCP: send at once, do not wait for more. */
export const TCP_NODELAY = 1;
/** Option of IPPROTO_TCP: send full segments only, until it is taken back. */
export const TCP_CORK = 3;
/** Option of IPPROTO_TCP: seconds of silence before the first question whether the peer is there. */
export const TCP_KEEPIDLE = 4;
/** Option of IPPROTO_TCP: seconds between such questions. */
export const TCP_KEEPINTVL = 5;
/** Option of IPPROTO_TCP: questions without an answer before the connection is given up. */
export const TCP_KEEPCNT = 6;
/** Option of IPPROTO_TCP: milliseconds that what was sent may go without an answer. */
export const TCP_USER_TIMEOUT = 18;
