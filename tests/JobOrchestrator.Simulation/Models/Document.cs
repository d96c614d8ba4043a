using System.Globalization;

namespace JobOrchestrator.Simulation.Models;

/// <summary>What a store has under a key.</summary>
/// <param name="Value">Its bytes.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="Version">The number that the ETag was made of.</param>
/// <param name="IsFirstWrite">Redis: written with first-write once, outside a transaction; it minds writes without an ETag.</param>
/// <param name="ExpiresAt">When it goes, in ticks of the store's clock; 0: never.</param>
internal readonly record struct Document(byte[] Value, string ETag, long Version, bool IsFirstWrite, long ExpiresAt)
{
    /// <summary>An ETag by key.</summary>
    public static string Counted(long version) => version.ToString(CultureInfo.InvariantCulture);

    /// <summary>An ETag of one counter. It shows neither the number nor an order: odd multiplication and shifts lose nothing.</summary>
    public static string Opaque(long version)
    {
        ulong bits = (ulong)version * 0x9E37_79B9_7F4A_7C15;
        bits ^= bits >> 32;
        bits *= 0xD6E8_FEB8_6659_FD93;
        bits ^= bits >> 32;
        return bits.ToString("x16", CultureInfo.InvariantCulture);
    }
}
