package kefu.protocol;

import jakarta.json.JsonNumber;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A JSON number that keeps its original digits: {@code 1.50}, {@code -0} and {@code 1e999999999} are written as they
 * were read. A {@link BigDecimal} would change them. Call the conversions only where the number is known to be small.
 */
record ExactNumber(String digits) implements JsonNumber {

    /** Whether the value is 0. The digits decide; the exponent does not matter. */
    boolean isZero() {
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c == 'e' || c == 'E') {
                return true;
            }
            if (c >= '1' && c <= '9') {
                return false;
            }
        }
        return true;
    }

    @Override
    public ValueType getValueType() {
        return ValueType.NUMBER;
    }

    @Override
    public BigDecimal bigDecimalValue() {
        return new BigDecimal(digits);
    }

    @Override
    public boolean isIntegral() {
        return bigDecimalValue().scale() == 0;
    }

    @Override
    public int intValue() {
        return bigDecimalValue().intValue();
    }

    @Override
    public int intValueExact() {
        return bigDecimalValue().intValueExact();
    }

    @Override
    public long longValue() {
        return bigDecimalValue().longValue();
    }

    @Override
    public long longValueExact() {
        return bigDecimalValue().longValueExact();
    }

    @Override
    public BigInteger bigIntegerValue() {
        return bigDecimalValue().toBigInteger();
    }

    @Override
    public BigInteger bigIntegerValueExact() {
        return bigDecimalValue().toBigIntegerExact();
    }

    @Override
    public double doubleValue() {
        return Double.parseDouble(digits);
    }

    @Override
    public Number numberValue() {
        return bigDecimalValue();
    }

    @Override
    public String toString() {
        return digits;
    }
}
