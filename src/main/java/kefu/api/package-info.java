/** What ops and backends call over HTTP. Uses gateway and everything below it. */
@NullMarked
package kefu.api;

import org.jspecify.annotations.NullMarked;
