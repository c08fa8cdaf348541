/** Hostile input made by machine, with a fixed seed: the generator, and how a case that fails is run again. */
@NullMarked
package kefu.fuzz;

import org.jspecify.annotations.NullMarked;
