package kefu.api;

import static kefu.api.Route.Body.NONE;
import static kefu.api.Route.Body.OPTIONAL;
import static kefu.api.Route.Body.REQUIRED;
import static kefu.api.Route.optional;
import static kefu.api.Route.repeated;
import static kefu.api.Route.required;

import java.util.List;
import java.util.function.Function;
import kefu.api.Route.Body;
import kefu.api.Route.Parameter;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.gateway.SessionCommands;

/** All calls of the API. {@code docs/openapi.yaml} describes them, and a test compares the two. */
final class Routes {
    private Routes() {}

    /** @param drain begins to drain this deployment */
    static List<Route> of(Broker broker, Presence presence, SessionCommands clients, Runnable drain) {
        Pushes pushes = new Pushes(broker, presence);
        Queries lookUps = new Queries(presence);
        Commands changes = new Commands(clients, presence);
        SessionData data = new SessionData(presence);
        Parameter group = required("group");
        Parameter uid = required("uid");
        Parameter client = required("client");
        Parameter cursor = optional("cursor");
        Parameter limit = optional("limit");
        return List.of(
                route("POST", "/push", REQUIRED, pushes::push),
                route(
                        "GET",
                        "/clients",
                        NONE,
                        lookUps::clients,
                        optional("group"),
                        optional("uid"),
                        optional("client"),
                        cursor,
                        limit),
                route("GET", "/groups", NONE, lookUps::groups, repeated("group"), cursor, limit),
                route("GET", "/uids", NONE, lookUps::uids, repeated("uid"), optional("group"), cursor, limit),
                route("PUT", "/members", NONE, changes::join, group, client),
                route("DELETE", "/members", NONE, changes::leave, group, client),
                route("DELETE", "/groups", NONE, changes::ungroup, group),
                route("PUT", "/bindings", NONE, changes::bind, uid, client),
                route("DELETE", "/bindings", NONE, changes::unbind, uid, client),
                route("GET", "/sessions", NONE, data::read, client),
                route("PUT", "/sessions", REQUIRED, data::replace, client),
                route("PATCH", "/sessions", REQUIRED, data::merge, client),
                route("DELETE", "/clients", OPTIONAL, changes::closeClient, client),
                route("DELETE", "/uids", OPTIONAL, changes::closeUid, uid),
                route("POST", "/drain", NONE, call -> {
                    drain.run();
                    return Answer.begun();
                }));
    }

    private static Route route(
            String verb, String path, Body body, Function<Call, Answer> does, Parameter... parameters) {
        return new Route(verb, path, body, does, List.of(parameters));
    }
}
