namespace JobOrchestrator.Shards;

/// <summary>Numbers from 0 on in a row of bytes that grows: seven bits in each, the lowest first.</summary>
internal struct ByteLine
{
    private const int NumberBytesMax = 10;

    private byte[] _bytes;

    public ByteLine() => _bytes = [];

    /// <summary>How many bytes are written.</summary>
    public int Length { get; private set; }

    /// <summary>How many bytes it takes in memory.</summary>
    public readonly int Capacity => _bytes.Length;

    /// <summary>What is written.</summary>
    public readonly ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Adds a number.</summary>
    public void Write(long number)
    {
        if (_bytes.Length - Length < NumberBytesMax)
        {
            Array.Resize(ref _bytes, Math.Max(64, _bytes.Length * 2));
        }

        ulong rest = (ulong)number;
        for (; rest >= 0x80; rest >>= 7)
        {
            _bytes[Length++] = (byte)(rest | 0x80);
        }

        _bytes[Length++] = (byte)rest;
    }

    /// <summary>Adds numbers that are written already.</summary>
    public void Write(ReadOnlySpan<byte> written)
    {
        if (_bytes.Length - Length < written.Length)
        {
            Array.Resize(ref _bytes, Math.Max(Length + written.Length, _bytes.Length * 2));
        }

        written.CopyTo(_bytes.AsSpan(Length));
        Length += written.Length;
    }

    /// <summary>Begins anew in the same memory.</summary>
    public void Clear() => Length = 0;
}

/// <summary>Reads them back.</summary>
internal ref struct ByteLineReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>Nothing is left.</summary>
    public readonly bool IsAtEnd => _left.IsEmpty;

    /// <summary>The next number.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public long Read()
    {
        ulong number = 0;
        for (int i = 0; i < _left.Length && i < 10; i++)
        {
            number |= (ulong)(_left[i] & 0x7F) << (7 * i);
            if (_left[i] < 0x80)
            {
                _left = _left[(i + 1)..];
                return (long)number;
            }
        }

        throw new InvalidDataException("A number ends too early.");
    }
}
