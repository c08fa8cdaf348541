/**
 * Who is listed in which group, and the one order in which a group hears of everything. Presence is the seam between
 * one process and a cluster. Uses protocol, metrics and config; calls upward only through the callbacks it is given.
 */
@NullMarked
package kefu.broker;

import org.jspecify.annotations.NullMarked;
