/**
 * What is served over HTTP besides the API: health, metrics, the authentication mode, and the
 * headers of the page.
 * Uses gateway and everything below it.
 */
@NullMarked
package kefu.web;

import org.jspecify.annotations.NullMarked;
