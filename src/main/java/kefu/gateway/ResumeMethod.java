package kefu.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.protocol.ErrorCode;
import kefu.protocol.Request;
import kefu.session.Connection;

/** {@code resume} of protocol v2. A session ends with its connection ({@code grace} is 0), so there is none to resume. */
final class ResumeMethod implements Method {
    @Override
    public CompletionStage<?> handle(Connection from, Request.Call call) {
        from.refuse(call.reply(), ErrorCode.CANNOT_RESUME);
        return CompletableFuture.completedFuture(null);
    }
}
