package kefu.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One row of the API.
 *
 * @param verb the HTTP method
 * @param path the path after {@code /api}
 */
record Route(String verb, String path, Body body, Function<Call, Answer> does, List<Parameter> parameters) {
    /** A parameter of the query string. */
    record Parameter(String name, Use use) {}

    enum Use {
        REQUIRED,
        OPTIONAL,
        /** Optional, may be repeated. */
        REPEATED
    }

    enum Body {
        /** The value is not checked. */
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /** How a parameter may be used; empty: there is no such parameter. */
    Optional<Use> use(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::use)
                .findFirst();
    }

    static Parameter required(String name) {
        return new Parameter(name, Use.REQUIRED);
    }

    static Parameter optional(String name) {
        return new Parameter(name, Use.OPTIONAL);
    }

    static Parameter repeated(String name) {
        return new Parameter(name, Use.REPEATED);
    }
}
