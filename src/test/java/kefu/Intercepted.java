package kefu;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Stands before an object: each call of its interface goes to an {@link Interceptor}. */
public final class Intercepted {
    private Intercepted() {}

    /** A call that the object has not got yet. */
    public interface Call {
        /** Passes the call to the object. */
        Object proceed() throws Throwable;
    }

    /** Answers in the object's place, or lets the call proceed. */
    public interface Interceptor {
        @Nullable Object call(String method, Class<?> returned, Call call) throws Throwable;
    }

    public static <T> T of(Class<T> type, T real, Interceptor interceptor) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> interceptor.call(method.getName(), method.getReturnType(), () -> {
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                })));
    }
}
