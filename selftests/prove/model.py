# SPDX-License-Identifier: GPL-2.0-only
#
# The functions of tnum.c, value_range.c, value_ops.c, value.c and value_cond.c in terms
# that work on numbers and on Z3's bit vectors alike. Each function here is the one of
# that name in C, statement by statement; prove compares the two on numbers before it
# believes what Z3 says of this one.
#
# Machine words have 64 bits in both; width, as in C, says how many low bits a number has.

import z3

BITS = 64
ALL = (1 << BITS) - 1
WIDTH = 64			# as XBPF_VALUE_WIDTH: of whole_into_low and its like
HALF = 32


class Numbers:
    """Words are ints."""
    word = staticmethod(lambda n: n & ALL)
    add = staticmethod(lambda a, b: (a + b) & ALL)
    sub = staticmethod(lambda a, b: (a - b) & ALL)
    mul = staticmethod(lambda a, b: (a * b) & ALL)
    inv = staticmethod(lambda a: ~a & ALL)
    shl = staticmethod(lambda a, n: (a << n) & ALL if n < BITS else 0)
    shr = staticmethod(lambda a, n: a >> n)
    udiv = staticmethod(lambda a, b: a // b if b else ALL)
    ult = staticmethod(lambda a, b: a < b)
    ule = staticmethod(lambda a, b: a <= b)
    eq = staticmethod(lambda a, b: a == b)
    both = staticmethod(lambda *c: all(c))
    either = staticmethod(lambda *c: any(c))
    no = staticmethod(lambda c: not c)
    ite = staticmethod(lambda c, a, b: a if c else b)

    @staticmethod
    def signed(a):
        return a - (1 << BITS) if a >> (BITS - 1) else a

    @staticmethod
    def sar(a, n):
        return (Numbers.signed(a) >> n) & ALL

    @staticmethod
    def slt(a, b):
        return Numbers.signed(a) < Numbers.signed(b)

    @staticmethod
    def sle(a, b):
        return Numbers.signed(a) <= Numbers.signed(b)

    @staticmethod
    def umul_fits(a, b):
        return a * b <= ALL

    @staticmethod
    def smul_fits(a, b):
        return -(1 << 63) <= Numbers.signed(a) * Numbers.signed(b) < 1 << 63


class Vectors:
    """Words are bit vectors."""
    word = staticmethod(lambda n: z3.BitVecVal(n, BITS) if isinstance(n, int) else n)
    add = staticmethod(lambda a, b: a + b)
    sub = staticmethod(lambda a, b: a - b)
    mul = staticmethod(lambda a, b: a * b)
    inv = staticmethod(lambda a: ~a)
    shl = staticmethod(lambda a, n: a << n)
    shr = staticmethod(lambda a, n: z3.LShR(a, n))
    sar = staticmethod(lambda a, n: a >> n)
    udiv = staticmethod(lambda a, b: z3.UDiv(a, b))
    ult = staticmethod(z3.ULT)
    ule = staticmethod(z3.ULE)
    slt = staticmethod(lambda a, b: a < b)
    sle = staticmethod(lambda a, b: a <= b)
    eq = staticmethod(lambda a, b: a == b)
    both = staticmethod(lambda *c: z3.And(*c))
    either = staticmethod(lambda *c: z3.Or(*c))
    no = staticmethod(lambda c: z3.Not(c))
    umul_fits = staticmethod(lambda a, b: z3.BVMulNoOverflow(a, b, False))
    smul_fits = staticmethod(lambda a, b: z3.And(z3.BVMulNoOverflow(a, b, True),
                                                 z3.BVMulNoUnderflow(a, b)))

    @staticmethod
    def ite(c, a, b):
        if isinstance(a, tuple):
            return tuple(Vectors.ite(c, x, y) for x, y in zip(a, b))
        return z3.If(c, a, b)


B = Numbers			# what the functions below work on


def use(words):
    global B
    B = words


def flag(c):
    return B.ite(c, B.word(1), B.word(0))


# ---- words ----

def width_mask(width):
    return B.word((2 << (width - 1)) - 1)


def smear(x):
    """bits_upto(fls64(x) - 1), 0 for 0."""
    for n in (1, 2, 4, 8, 16, 32):
        x = x | B.shr(x, n)
    return x


def top(x):
    """1 << (fls64(x) - 1), 0 for 0."""
    s = smear(x)
    return s & B.inv(B.shr(s, 1))


def neg(x):
    return B.sub(B.word(0), x)


def signed(v, width):
    return B.sar(B.shl(v, BITS - width), BITS - width)


def umin(a, b):
    return B.ite(B.ult(a, b), a, b)


def umax(a, b):
    return B.ite(B.ult(a, b), b, a)


def smin(a, b):
    return B.ite(B.slt(a, b), a, b)


def smax(a, b):
    return B.ite(B.slt(a, b), b, a)


# ---- tnum.c; a tnum is (value, mask) ----

def tnum_truncate(a, width):
    return a[0] & width_mask(width), a[1] & width_mask(width)


def tnum_range(low, high):
    rest = smear(low ^ high)
    return low & B.inv(rest), rest


def tnum_lsh(a, n, width):
    return tnum_truncate((B.shl(a[0], n), B.shl(a[1], n)), width)


def tnum_rsh(a, n, width=None):
    return B.shr(a[0], n), B.shr(a[1], n)


def sext_bits(v, sign, to):
    """@sign: the sign's bit, 1 << (from - 1)."""
    v = v & (sign | B.sub(sign, B.word(1)))
    return B.sub(v ^ sign, sign) & width_mask(to)


def tnum_sext(a, n, width):
    sign = B.word(1 << (n - 1))
    return sext_bits(a[0], sign, width), sext_bits(a[1], sign, width)


def tnum_arsh(a, n, width):
    a = tnum_rsh(a, n)
    sign = B.shr(B.word(1 << (width - 1)), n)
    return sext_bits(a[0], sign, width), sext_bits(a[1], sign, width)


def tnum_add(a, b, width):
    low = B.add(a[0], b[0])
    high = B.add(B.add(low, a[1]), b[1])
    unknown = (low ^ high) | a[1] | b[1]
    return tnum_truncate((low & B.inv(unknown), unknown), width)


def tnum_sub(a, b, width):
    mid = B.sub(a[0], b[0])
    unknown = (B.add(mid, a[1]) ^ B.sub(mid, b[1])) | a[1] | b[1]
    return tnum_truncate((mid & B.inv(unknown), unknown), width)


def tnum_and(a, b, width=None):
    maybe = (a[0] | a[1]) & (b[0] | b[1])
    ones = a[0] & b[0]
    return ones, maybe & B.inv(ones)


def tnum_or(a, b, width=None):
    ones = a[0] | b[0]
    return ones, (a[1] | b[1]) & B.inv(ones)


def tnum_xor(a, b, width=None):
    unknown = a[1] | b[1]
    return (a[0] ^ b[0]) & B.inv(unknown), unknown


def tnum_join(a, b, width=None):
    unknown = a[1] | b[1] | (a[0] ^ b[0])
    return a[0] & B.inv(unknown), unknown


def hweight(x):
    total = B.word(0)
    for i in range(BITS):
        total = B.add(total, B.shr(x, i) & B.word(1))
    return total


def tnum_mul(a, b, width):
    exchange = B.ult(hweight(b[0] | b[1]), hweight(a[0] | a[1]))
    a, b = B.ite(exchange, b, a), B.ite(exchange, a, b)
    total = (B.word(0), B.word(0))
    for i in range(width):
        one = B.word(1)
        known, unknown = B.eq(a[0] & one, one), B.eq(a[1] & one, one)
        more = tnum_add(total, b, width)
        total = B.ite(unknown, tnum_join(total, more), B.ite(known, more, total))
        a = tnum_rsh(a, 1)
        b = tnum_lsh(b, 1, width)
    return total


def tnum_bswap(a, n):
    def swap(v):
        out = B.word(0)
        for i in range(0, n, 8):
            out = out | B.shl(B.shr(v, i) & B.word(255), n - 8 - i)
        return out
    return swap(a[0]), swap(a[1])


def tnum_contains(a, c):
    return B.eq((c ^ a[0]) & B.inv(a[1]), B.word(0))


def tnum_meet(a, b):
    clash = (a[0] ^ b[0]) & B.inv(a[1]) & B.inv(b[1])
    mask = a[1] & b[1]
    return B.eq(clash, B.word(0)), ((a[0] | b[0]) & B.inv(mask), mask)


def tnum_subset(a, b):
    return B.both(B.eq(a[1] & B.inv(b[1]), B.word(0)),
                  B.eq((a[0] ^ b[0]) & B.inv(b[1]), B.word(0)))


def tnum_next(a, start):
    zero = B.word(0)
    wrong = (start ^ a[0]) & B.inv(a[1])
    low = smear(wrong)
    above = a[1] & B.inv(start) & B.inv(low)
    above = above & neg(above)
    raise_ = B.no(B.eq(start & wrong & B.inv(B.shr(low, 1)), zero))
    none = B.both(raise_, B.eq(above, zero))
    low = B.ite(raise_, above | B.sub(above, B.word(1)), low)
    above = B.ite(raise_, above, zero)
    found = (start & B.inv(low)) | above | (a[0] & low & B.inv(above))
    fits = B.eq(wrong, zero)
    return B.either(fits, B.no(none)), B.ite(fits, start, found)


def tnum_prev(a, start):
    ok, n = tnum_next((B.inv(a[0] | a[1]), a[1]), B.inv(start))
    return ok, B.inv(n)


# ---- value_range.c; a range is (value, mask, umin, umax, smin, smax) ----

def range_const(c, width):
    c = c & width_mask(width)
    return c, B.word(0), c, c, signed(c, width), signed(c, width)


def smallest(width):
    return B.word(-(1 << (width - 1)) & ALL)


def largest(width):
    return B.word((1 << (width - 1)) - 1)


def range_unknown(width):
    mask = width_mask(width)
    return B.word(0), mask, B.word(0), mask, smallest(width), largest(width)


def range_empty(width):
    mask = width_mask(width)
    return B.word(0), mask, mask, B.word(0), largest(width), smallest(width)


def range_join(a, b):
    return tnum_join(a[:2], b[:2]) + (umin(a[2], b[2]), umax(a[3], b[3]),
                                      smin(a[4], b[4]), smax(a[5], b[5]))


def range_add_interval(r, lo, hi, width):
    slo, shi = signed(lo, width), signed(hi, width)
    wraps = B.slt(shi, slo)
    slo, shi = B.ite(wraps, smallest(width), slo), B.ite(wraps, largest(width), shi)
    return r[:2] + (umin(r[2], lo), umax(r[3], hi), smin(r[4], slo), smax(r[5], shi))


def trim(low, high, lo, hi, lt, least, most):
    straight = B.no(lt(hi, lo))
    in_gap = lambda x: B.both(lt(hi, x), lt(x, lo))
    return (B.ite(straight, most(low, lo), B.ite(in_gap(low), lo, low)),
            B.ite(straight, least(high, hi), B.ite(in_gap(high), hi, high)))


def range_meet_arc(r, lo, hi, width):
    lo, hi = lo & width_mask(width), hi & width_mask(width)
    u = trim(r[2], r[3], lo, hi, B.ult, umin, umax)
    s = trim(r[4], r[5], signed(lo, width), signed(hi, width), B.slt, smin, smax)
    return r[:2] + u + s


def range_meet(a, b):
    ok, t = tnum_meet(a[:2], b[:2])
    r = t + (umax(a[2], b[2]), umin(a[3], b[3]), smax(a[4], b[4]), smin(a[5], b[5]))
    return B.both(ok, B.ule(r[2], r[3]), B.sle(r[4], r[5])), r


def bounds_into_tnum(r, width):
    sign, mask = B.word(1 << (width - 1)), width_mask(width)
    flipped = tnum_xor(r[:2], (sign, B.word(0)))
    ok1, lo = tnum_next(r[:2], r[2])
    ok2, hi = tnum_prev(r[:2], r[3])
    ok3, slo = tnum_next(flipped, (r[4] ^ sign) & mask)
    ok4, shi = tnum_prev(flipped, (r[5] ^ sign) & mask)
    slo, shi = signed(slo ^ sign, width), signed(shi ^ sign, width)
    return (B.both(ok1, ok2, ok3, ok4, B.ule(lo, hi), B.sle(slo, shi)),
            r[:2] + (lo, hi, slo, shi))


def range_normalise(r, width):
    ok = [B.ule(r[2], r[3]), B.sle(r[4], r[5])]
    r = range_meet_arc(r, r[2], r[3], width)
    ok.append(B.sle(r[4], r[5]))
    r = range_meet_arc(r, r[4], r[5], width)
    ok.append(B.ule(r[2], r[3]))
    fits, t = tnum_meet(r[:2], tnum_range(r[2], r[3]))
    ok.append(fits)
    fits, r = bounds_into_tnum(t + r[2:], width)
    return B.both(fits, *ok), r


# ---- value_ops.c ----

def ulength(r):
    return B.sub(r[3], r[2])


def slength(r):
    return B.sub(r[5], r[4])


def meet_arc_if(c, r, lo, hi, width):
    return B.ite(c, range_meet_arc(r, lo, hi, width), r)


def lengths_fit(a, b, width):
    return B.ule(b, B.sub(width_mask(width), a))


def range_add(a, b, width):
    r = tnum_add(a[:2], b[:2], width) + range_unknown(width)[2:]
    r = meet_arc_if(lengths_fit(ulength(a), ulength(b), width), r,
                    B.add(a[2], b[2]), B.add(a[3], b[3]), width)
    return meet_arc_if(lengths_fit(slength(a), slength(b), width), r,
                       B.add(a[4], b[4]), B.add(a[5], b[5]), width)


def range_sub(a, b, width):
    r = tnum_sub(a[:2], b[:2], width) + range_unknown(width)[2:]
    r = meet_arc_if(lengths_fit(ulength(a), ulength(b), width), r,
                    B.sub(a[2], b[3]), B.sub(a[3], b[2]), width)
    return meet_arc_if(lengths_fit(slength(a), slength(b), width), r,
                       B.sub(a[4], b[5]), B.sub(a[5], b[4]), width)


def range_neg(a, b, width):
    return range_sub(range_const(B.word(0), width), a, width)


def umul(a, b, width):
    product = B.mul(a, b)
    return B.both(B.umul_fits(a, b), B.ule(product, width_mask(width))), product


def smul(a, b, width):
    product = B.mul(a, b)
    return B.both(B.smul_fits(a, b), B.eq(signed(product, width), product)), product


def mul_arc(r, lo, hi, c, width):
    factor = signed(c, width)
    negative = B.slt(factor, B.word(0))
    lo, hi = B.ite(negative, hi, lo), B.ite(negative, lo, hi)
    ok, _ = umul(B.ite(negative, B.sub(lo, hi), B.sub(hi, lo)),
                 B.ite(negative, neg(factor), factor), width)
    return meet_arc_if(ok, r, B.mul(lo, c), B.mul(hi, c), width)


def mul_const(r, a, c, width):
    r = mul_arc(r, a[2], a[3], c, width)
    return mul_arc(r, a[4], a[5], c, width)


def range_mul(a, b, width):
    r = tnum_mul(a[:2], b[:2], width) + range_unknown(width)[2:]
    r = B.ite(B.eq(b[1], B.word(0)), mul_const(r, a, b[0], width), r)
    r = B.ite(B.eq(a[1], B.word(0)), mul_const(r, b, a[0], width), r)
    ok1, low = umul(a[2], b[2], width)
    ok2, high = umul(a[3], b[3], width)
    r = meet_arc_if(B.both(ok1, ok2), r, low, high, width)
    corners = [smul(x, y, width) for x in (a[4], a[5]) for y in (b[4], b[5])]
    p = [c[1] for c in corners]
    least = smin(smin(p[0], p[1]), smin(p[2], p[3]))
    most = smax(smax(p[0], p[1]), smax(p[2], p[3]))
    ok = B.both(*[c[0] for c in corners])
    return r[:4] + (B.ite(ok, smax(r[4], least), r[4]), B.ite(ok, smin(r[5], most), r[5]))


def range_half(r, negative, width):
    mask, sign = width_mask(width), B.word(1 << (width - 1))
    zero = B.word(0)
    if negative:
        lo = umax(r[2], umax(r[4] & mask, sign))
        hi = B.ite(B.slt(r[5], zero), umin(r[3], r[5] & mask), r[3])
        return B.both(B.slt(r[4], zero), B.ule(lo, hi)), (lo, hi)
    lo = B.ite(B.slt(zero, r[4]), umax(r[2], r[4]), r[2])
    hi = umin(r[3], B.sub(sign, B.word(1)))
    hi = B.ite(B.sle(zero, r[5]), umin(hi, r[5]), hi)
    return B.both(B.sle(zero, r[5]), B.ule(lo, hi)), (lo, hi)


def range_magnitude(r, negative, width):
    there, (lo, hi) = range_half(r, negative, width)
    if negative:
        lo, hi = neg(hi) & width_mask(width), neg(lo) & width_mask(width)
    return there, (lo, hi)


def search(places, ways, otherwise, width):
    """The first way that is open at the highest of these places; a loop in C."""
    result = otherwise
    for i in range(width):
        bit = B.word(1 << i)
        here = result
        for is_open, value in reversed(ways(bit)):
            here = B.ite(is_open, value, here)
        result = B.ite(B.eq(places & bit, B.word(0)), result, here)
    return result


def least_or(x, y, width):
    def ways(bit):
        raise_y, raise_x = (y[0] | bit) & neg(bit), (x[0] | bit) & neg(bit)
        first = B.no(B.eq(x[0] & bit, B.word(0)))
        return [(B.both(first, B.ule(raise_y, y[1])), x[0] | raise_y),
                (B.both(B.no(first), B.ule(raise_x, x[1])), raise_x | y[0])]
    return search(x[0] ^ y[0], ways, x[0] | y[0], width)


def greatest_or(x, y, width):
    def ways(bit):
        rest = B.sub(bit, B.word(1))
        lower_x, lower_y = B.sub(x[1], bit) | rest, B.sub(y[1], bit) | rest
        return [(B.ule(x[0], lower_x), lower_x | y[1]),
                (B.ule(y[0], lower_y), x[1] | lower_y)]
    return search(x[1] & y[1], ways, x[1] | y[1], width)


def span_or(x, y, width):
    return least_or(x, y, width), greatest_or(x, y, width)


def complement(x, width):
    return x[1] ^ width_mask(width), x[0] ^ width_mask(width)


def span_and(x, y, width):
    return complement(span_or(complement(x, width), complement(y, width), width), width)


def span_xor(x, y, width):
    left = span_and(x, complement(y, width), width)
    right = span_and(complement(x, width), y, width)
    return left[0] | right[0], greatest_or((B.word(0), left[1]), (B.word(0), right[1]), width)


def bitwise(a, b, width, fn):
    r = range_empty(width)
    for i in (False, True):
        there_x, x = range_half(a, i, width)
        for j in (False, True):
            there_y, y = range_half(b, j, width)
            z = fn(x, y, width)
            r = B.ite(B.both(there_x, there_y), range_add_interval(r, z[0], z[1], width), r)
    return r


def range_and(a, b, width):
    return tnum_and(a[:2], b[:2]) + bitwise(a, b, width, span_and)[2:]


def range_or(a, b, width):
    return tnum_or(a[:2], b[:2]) + bitwise(a, b, width, span_or)[2:]


def range_xor(a, b, width):
    return tnum_xor(a[:2], b[:2]) + bitwise(a, b, width, span_xor)[2:]


def range_lsh(a, n, width):
    r = tnum_lsh(a[:2], n, width) + range_unknown(width)[2:]
    fits = B.shr(width_mask(width), n)
    r = meet_arc_if(B.ule(ulength(a), fits), r, B.shl(a[2], n), B.shl(a[3], n), width)
    return meet_arc_if(B.ule(slength(a), fits), r, B.shl(a[4], n), B.shl(a[5], n), width)


def range_rsh(a, n, width):
    r = tnum_rsh(a[:2], n) + range_unknown(width)[2:]
    r = range_meet_arc(r, B.shr(a[2], n), B.shr(a[3], n), width)
    return B.ite(B.eq(n, B.word(0)), a, r)


def range_arsh(a, n, width):
    r = tnum_arsh(a[:2], n, width) + range_unknown(width)[2:]
    return range_meet_arc(r, B.sar(a[4], n), B.sar(a[5], n), width)


def span_div(x, y):
    one = B.word(1)
    return B.no(B.eq(y[1], B.word(0))), (B.udiv(x[0], y[1]), B.udiv(x[1], umax(y[0], one)))


def span_mod(x, y):
    there = B.no(B.eq(y[1], B.word(0)))
    low = umax(y[0], B.word(1))
    first, last = B.udiv(x[0], y[1]), B.udiv(x[1], low)
    same = B.eq(first, last)
    lo = B.sub(x[0], B.mul(first, y[1]))
    hi = B.sub(x[1], B.mul(last, low))
    return there, (B.ite(same, lo, B.word(0)),
                   B.ite(same, hi, umin(x[1], B.sub(y[1], B.word(1)))))


def mod_bits(a, b, width):
    mask = width_mask(width)
    maybe = b[0] | b[1]
    low = B.ite(B.eq(maybe, B.word(0)), mask, B.sub(maybe & neg(maybe), B.word(1)))
    high = mask & B.inv(low)
    return a[0] & low, (a[1] & low) | high


def range_div(a, b, width):
    r = range_empty(width)
    there, q = span_div(a[2:4], b[2:4])
    r = B.ite(there, range_add_interval(r, q[0], q[1], width), r)
    zero, c = B.word(0), b[0]
    r = B.ite(B.eq(b[2], zero), range_add_interval(r, zero, zero, width), r)
    power = B.both(B.eq(b[1], zero), B.no(B.eq(c, zero)),
                   B.eq(c & B.sub(c, B.word(1)), zero))
    # A shift by fls64(c) - 1, as a division: c is a power of two.
    shifted = (B.udiv(a[0], umax(c, B.word(1))), B.udiv(a[1], umax(c, B.word(1))))
    return B.ite(power, shifted, r[:2]) + r[2:]


def range_mod(a, b, width):
    r = range_empty(width)
    there, rem = span_mod(a[2:4], b[2:4])
    r = B.ite(there, range_add_interval(r, rem[0], rem[1], width), r)
    r = mod_bits(a, b, width) + r[2:]
    joined = tnum_join(r[:2], a[:2]) + r[2:]
    r = B.ite(B.eq(b[2], B.word(0)), range_join(joined, a), r)
    return B.ite(B.ult(a[3], b[2]), a, r)


def add_magnitude(r, q, negative, width):
    if not negative:
        return range_add_interval(r, q[0], q[1], width)
    zero, mask = B.word(0), width_mask(width)
    none = B.eq(q[0], zero)
    r = B.ite(none, range_add_interval(r, zero, zero, width), r)
    low = B.ite(none, B.word(1), q[0])
    more = range_add_interval(r, neg(q[1]) & mask, neg(low) & mask, width)
    return B.ite(B.ule(low, q[1]), more, r)


def by_signs(a, b, width, fn, sign_of):
    r = range_empty(width)
    zero = B.word(0)
    if fn is span_div:
        r = B.ite(B.eq(b[2], zero), range_add_interval(r, zero, zero, width), r)
    for i in (False, True):
        there_x, x = range_magnitude(a, i, width)
        for j in (False, True):
            there_y, y = range_magnitude(b, j, width)
            there, q = fn(x, y)
            more = add_magnitude(r, q, sign_of(i, j), width)
            r = B.ite(B.both(there_x, there_y, there), more, r)
    return r


def range_sdiv(a, b, width):
    return by_signs(a, b, width, span_div, lambda i, j: i != j)


def range_smod(a, b, width):
    r = by_signs(a, b, width, span_mod, lambda i, j: i)
    r = mod_bits(a, b, width) + r[2:]
    return B.ite(B.eq(b[2], B.word(0)), range_join(r, a), r)


# ---- value_cond.c ----

def rel_unsigned(a, b, width, strict):
    s = B.word(strict)
    bad = B.either(B.ult(B.sub(b[3], s), a[2]), B.ult(b[3], s))
    high = umin(a[3], B.sub(b[3], s))
    low = umax(b[2], B.add(a[2], s))
    return B.no(bad), a[:3] + (high,) + a[4:], b[:2] + (low,) + b[3:]


def rel_signed(a, b, width, strict):
    s = B.word(strict)
    bad = B.slt(B.sub(b[5], s), a[4])
    if strict:
        bad = B.either(B.eq(b[5], smallest(width)), bad)
    high = smin(a[5], B.sub(b[5], s))
    low = smax(b[4], B.add(a[4], s))
    return B.no(bad), a[:5] + (high,), b[:4] + (low,) + b[5:]


def rel_common_bit(a, b, width):
    maybe = (a[0] | a[1]) & (b[0] | b[1])
    lowest = maybe & neg(maybe)
    single = B.eq(maybe, lowest)

    def narrow(r):
        known = (r[0] | lowest, r[1] & B.inv(lowest))
        return B.ite(single, known, r[:2]) + (umax(r[2], lowest),) + r[3:]
    return B.no(B.eq(maybe, B.word(0))), narrow(a), narrow(b)


def rel_no_common_bit(a, b, width):
    return (B.eq(a[0] & b[0], B.word(0)), (a[0], a[1] & B.inv(b[0])) + a[2:],
            (b[0], b[1] & B.inv(a[0])) + b[2:])


# ---- value.c ----

LOW = (1 << HALF) - 1


def whole_into_low(whole, low):
    room = B.word(LOW)
    low = meet_arc_if(B.ule(ulength(whole), room), low, whole[2], whole[3], HALF)
    return meet_arc_if(B.ule(slength(whole), room), low, whole[4], whole[5], HALF)


def next_low(start, lo, hi):
    upper, low = start & B.word(ALL ^ LOW), start & B.word(LOW)
    inside = B.ite(B.ule(lo, hi), B.both(B.ule(lo, low), B.ule(low, hi)),
                   B.either(B.ule(lo, low), B.ule(low, hi)))
    past = B.ult(lo, low)
    raised = B.add(upper, B.word(LOW + 1))
    none = B.both(past, B.eq(raised, B.word(0)))
    upper = B.ite(past, raised, upper)
    return B.either(inside, B.no(none)), B.ite(inside, start, upper | lo)


def prev_low(start, lo, hi):
    ok, n = next_low(B.inv(start), hi ^ B.word(LOW), lo ^ B.word(LOW))
    return ok, B.inv(n)


def arc_into_whole(r, lo, hi):
    sign = B.word(1 << (WIDTH - 1))
    lo, hi = lo & B.word(LOW), hi & B.word(LOW)
    ok1, u1 = next_low(r[2], lo, hi)
    ok2, u2 = prev_low(r[3], lo, hi)
    ok3, s1 = next_low(r[4] ^ sign, lo, hi)
    ok4, s2 = prev_low(r[5] ^ sign, lo, hi)
    return B.both(ok1, ok2, ok3, ok4), r[:2] + (u1, u2, s1 ^ sign, s2 ^ sign)


def low_into_whole(whole, low):
    ok1, whole = arc_into_whole(whole, low[2], low[3])
    ok2, whole = arc_into_whole(whole, low[4], low[5])
    return B.both(ok1, ok2), whole


def trim_excluded(r, ne, width):
    one, sne = B.word(1), signed(ne, width)
    bad = B.either(B.both(B.eq(r[2], ne), B.eq(r[3], ne)),
                   B.both(B.eq(r[4], sne), B.eq(r[5], sne)))
    return B.no(bad), r[:2] + (
        B.add(r[2], flag(B.eq(r[2], ne))), B.sub(r[3], flag(B.eq(r[3], ne))),
        B.add(r[4], flag(B.eq(r[4], sne))), B.sub(r[5], flag(B.eq(r[5], sne))))
