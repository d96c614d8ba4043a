using System.Buffers.Text;

namespace LocalSidecar.State;

/// <summary>
/// Takes keys that end in a UUID apart: a million of them begin alike, and a UUID is 16 bytes in place of 36. A few beginnings are known;
/// keys with others stay whole. The gate is held.
/// </summary>
internal sealed class KeyHeads
{
    private const int IdLength = 36;

    // Few enough to be looked through.
    private const int Most = 16;

    private readonly List<byte[]> _heads = [];

    /// <summary>Takes a key apart; false: it is kept whole, or no key with its beginning is known.</summary>
    /// <param name="key">UTF-8.</param>
    /// <param name="isNew">A beginning that is not known is from now on, if there is room.</param>
    /// <param name="head">The number of its beginning.</param>
    /// <param name="id">Its end.</param>
    public bool TrySplit(ReadOnlySpan<byte> key, bool isNew, out int head, out Guid id)
    {
        head = -1;
        if (!TryId(key, out id))
        {
            return false;
        }

        ReadOnlySpan<byte> text = key[..^IdLength];
        for (int i = 0; i < _heads.Count; i++)
        {
            if (text.SequenceEqual(_heads[i]))
            {
                head = i;
                return true;
            }
        }

        if (!isNew || _heads.Count == Most)
        {
            return false;
        }

        head = _heads.Count;
        _heads.Add(text.ToArray());
        return true;
    }

    /// <summary>The key that was taken apart.</summary>
    public byte[] Join(int head, Guid id)
    {
        byte[] text = _heads[head];
        byte[] key = new byte[text.Length + IdLength];
        text.CopyTo(key, 0);
        id.TryFormat(key.AsSpan(text.Length), out _, "D");
        return key;
    }

    /// <summary>Only of the form in which it is written again are both the same key.</summary>
    private static bool TryId(ReadOnlySpan<byte> key, out Guid id)
    {
        id = default;
        if (key.Length < IdLength)
        {
            return false;
        }

        ReadOnlySpan<byte> text = key[^IdLength..];
        Span<byte> again = stackalloc byte[IdLength];
        return Utf8Parser.TryParse(text, out id, out int read, 'D') && read == IdLength
            && id.TryFormat(again, out _, "D") && text.SequenceEqual(again);
    }
}
