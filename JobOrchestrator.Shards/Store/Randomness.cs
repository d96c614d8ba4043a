using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace JobOrchestrator.Shards;

/// <summary>Unguessable bits for ids and tokens, drawn in bulk: a system call for each id would cost more than the id.</summary>
/// <param name="fill">Fills bytes at random.</param>
internal sealed class Randomness(Randomness.Filler fill)
{
    private const int Drawn = 64;

    private readonly ulong[] _bits = new ulong[Drawn]; // also the lock that guards it and _left
    private int _left;

    /// <summary>Fills bytes at random.</summary>
    public delegate void Filler(Span<byte> bytes);

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        lock (_bits)
        {
            if (_left == 0)
            {
                fill(MemoryMarshal.AsBytes(_bits.AsSpan()));
                _left = Drawn;
            }

            return _bits[--_left];
        }
    }

    /// <summary>What nobody guesses: 128 bits in 22 letters that a URL takes as they are.</summary>
    public string NextToken() => Base64Url.EncodeToString(MemoryMarshal.AsBytes<ulong>([Next(), Next()]));
}
