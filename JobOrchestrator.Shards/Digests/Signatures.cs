using System.Numerics;

namespace JobOrchestrator.Shards;

/// <summary>
/// A row of bits for each job of a page, in which each of its texts sets some: a job that lacks one of a text's bits does not have it, one
/// that has them all probably does. One thread writes, any may read.
/// </summary>
internal sealed class Signatures
{
    /// <summary>Bits of a job while they are collected: a dozen texts leave one mistake in a hundred.</summary>
    public const int BitsMost = 128;

    /// <summary>Bits of a job at least, if it has any.</summary>
    public const int BitsLeast = 32;

    private const int BitsOfText = 4;
    private const int WordBits = 64;

    // Kept as narrow as leaves three of four bits unset: of 300 jobs that do not have a text one is read in vain.
    private const double FillMost = 0.25;

    private volatile ulong[]? _words; // null: no job has a text

    /// <param name="bits">Bits of a job.</param>
    /// <param name="words">As they were stored; null: no job has a text so far.</param>
    public Signatures(int bits = BitsMost, ulong[]? words = null) => (Bits, _words) = (bits, words);

    /// <summary>Bits of a job: a power of two.</summary>
    public int Bits { get; }

    /// <summary>The rows, one behind the other; null: no job has a text.</summary>
    public ulong[]? Words => _words;

    /// <summary>Bytes in memory, about.</summary>
    public int Bytes => (_words?.Length ?? 0) * sizeof(ulong);

    /// <summary>How many words the rows of a page take.</summary>
    public static int WordsOf(int bits, int jobs) => ((bits * jobs) + WordBits - 1) / WordBits;

    /// <summary>Enters a text of a job.</summary>
    /// <param name="place">The job's place.</param>
    /// <param name="hash">The text's hash.</param>
    /// <param name="jobs">How many the page has room for.</param>
    public void Add(int place, ulong hash, int jobs)
    {
        ulong[] words = _words ?? new ulong[WordsOf(Bits, jobs)];
        for (int i = 0; i < BitsOfText; i++)
        {
            int bit = (place * Bits) + BitOf(hash, i);
            words[bit / WordBits] |= 1UL << (bit % WordBits);
        }

        _words = words;
    }

    /// <summary>Takes out the places of jobs that have none of these texts.</summary>
    /// <param name="hashes">The texts' hashes.</param>
    /// <param name="among">The places.</param>
    public void Narrow(ReadOnlySpan<ulong> hashes, Places among)
    {
        if (_words is not { } words)
        {
            among.Clear();
            return;
        }

        for (int place = 0; place < among.Jobs; place++)
        {
            if (among.Has(place) && !HasAny(words, place, hashes))
            {
                among.Remove(place);
            }
        }
    }

    /// <summary>The same in as few bits as do.</summary>
    public Signatures Folded(int jobs, int known)
    {
        Signatures folded = this;
        while (folded.Bits > BitsLeast && folded._words is not null)
        {
            Signatures half = folded.Half(jobs);
            if (half.BitsSet > FillMost * half.Bits * Math.Max(1, known))
            {
                break;
            }

            folded = half;
        }

        return folded;
    }

    private long BitsSet => (_words ?? []).Sum(static word => (long)BitOperations.PopCount(word));

    private Signatures Half(int jobs)
    {
        int bits = Bits / 2;
        ulong[] from = _words!, words = new ulong[WordsOf(bits, jobs)];
        for (int word = 0; word < from.Length; word++)
        {
            // Two words of a job become one; or two halves of a word become half of one.
            if (bits == WordBits)
            {
                words[word / 2] |= from[word];
            }
            else
            {
                words[word / 2] |= (ulong)(uint)(from[word] | (from[word] >> bits)) << (word % 2 * bits);
            }
        }

        return new Signatures(bits, words);
    }

    private bool HasAny(ulong[] words, int place, ReadOnlySpan<ulong> hashes)
    {
        foreach (ulong hash in hashes)
        {
            int set = 0;
            while (set < BitsOfText && IsSet(words, (place * Bits) + BitOf(hash, set)))
            {
                set++;
            }

            if (set == BitsOfText)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSet(ulong[] words, int bit) => (words[bit / WordBits] & (1UL << (bit % WordBits))) != 0;

    /// <summary>Sixteen bits of the hash each: they are as good as four hashes.</summary>
    private int BitOf(ulong hash, int which) => (int)((hash >> (16 * which)) & (ulong)(Bits - 1));
}
