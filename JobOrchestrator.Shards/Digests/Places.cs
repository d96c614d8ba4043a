using System.Numerics;

namespace JobOrchestrator.Shards;

/// <summary>Some of the places of an index page.</summary>
/// <param name="jobs">How many jobs the page has room for.</param>
internal sealed class Places(int jobs)
{
    private const int WordBits = 64;

    private readonly ulong[] _words = new ulong[(jobs + WordBits - 1) / WordBits];

    /// <summary>How many places the page has.</summary>
    public int Jobs { get; } = jobs;

    /// <summary>None is among them.</summary>
    public bool IsEmpty => !_words.AsSpan().ContainsAnyExcept(0UL);

    /// <summary>How many they are.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>As they are stored: eight bytes for 64 of them.</summary>
    public Span<ulong> Words => _words;

    /// <summary>Whether a place is among them.</summary>
    public bool Has(int place) => (Volatile.Read(ref _words[place / WordBits]) & Bit(place)) != 0;

    /// <summary>Adds one; who sees it among them sees all that was written before.</summary>
    public void Add(int place) => Volatile.Write(ref _words[place / WordBits], _words[place / WordBits] | Bit(place));

    /// <summary>Takes one out.</summary>
    public void Remove(int place) => _words[place / WordBits] &= ~Bit(place);

    /// <summary>Takes all out.</summary>
    public void Clear() => Array.Clear(_words);

    /// <summary>The same ones at this moment.</summary>
    public Places Copy()
    {
        var copy = new Places(Jobs);
        for (int word = 0; word < _words.Length; word++)
        {
            copy._words[word] = Volatile.Read(ref _words[word]);
        }

        return copy;
    }

    private static ulong Bit(int place) => 1UL << (place % WordBits);
}
