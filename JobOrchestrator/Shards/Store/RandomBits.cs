using System.Security.Cryptography;

namespace JobOrchestrator.Shards;

/// <summary>Unguessable bits for ids and tokens, drawn in bulk: a system call for each id would cost more than the id.</summary>
internal static class RandomBits
{
    private const int Drawn = 64;

    [ThreadStatic]
    private static ulong[]? _bits;

    [ThreadStatic]
    private static int _left;

    public static ulong Next()
    {
        ulong[] bits = _bits ??= new ulong[Drawn];
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(bits.AsSpan()));
            _left = Drawn;
        }

        return bits[--_left];
    }
}
