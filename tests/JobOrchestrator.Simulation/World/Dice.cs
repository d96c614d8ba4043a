using System.Buffers.Binary;
using System.Numerics;

namespace JobOrchestrator.Simulation;

/// <summary>
/// One stream of chance for one purpose (xoshiro256**, for <see cref="Random"/> promises nothing between versions): a new draw in one
/// place changes no other stream.
/// </summary>
internal sealed class Dice
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <param name="seed">The world's seed.</param>
    /// <param name="name">The purpose, such as <c>schedule</c> or <c>faults/slow-answer</c>.</param>
    public Dice(ulong seed, string name)
    {
        ulong state = seed ^ BitOperations.RotateLeft(Fingerprint.Of(name), 32);
        _a = Split(ref state);
        _b = Split(ref state);
        _c = Split(ref state);
        _d = Split(ref state);
    }

    /// <summary>64 bits.</summary>
    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>From 0 up to, not including, a bound.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>From one number to another, both included.</summary>
    public long Between(long low, long high) => low + (long)Math.BigMul(Next(), (ulong)(high - low + 1), out _);

    /// <summary>A length of time, every one as likely as any other.</summary>
    public TimeSpan Between(TimeSpan low, TimeSpan high) => new(Between(low.Ticks, high.Ticks));

    /// <summary>From 0 up to, not including, 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>Every order of magnitude as likely as any other.</summary>
    public double LogUniform(double low, double high) => low * Math.Pow(high / low, Unit());

    /// <summary>A length of time, every order of magnitude as likely as any other.</summary>
    public TimeSpan LogUniform(TimeSpan low, TimeSpan high) => new((long)LogUniform(low.Ticks, high.Ticks));

    /// <summary>One of them.</summary>
    public T Pick<T>(IReadOnlyList<T> of) => of[Below(of.Count)];

    /// <summary>Bytes.</summary>
    public void Fill(Span<byte> bytes)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (; bytes.Length >= word.Length; bytes = bytes[word.Length..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Next());
        }

        if (bytes.Length > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Next());
            word[..bytes.Length].CopyTo(bytes);
        }
    }

    private static ulong Split(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
