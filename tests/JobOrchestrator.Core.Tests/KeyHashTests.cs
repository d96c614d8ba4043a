using System.Runtime.CompilerServices;

namespace JobOrchestrator.Core.Tests;

public sealed class KeyHashTests
{
    [Fact]
    public void Of_KeysThatOnlyReadAlike_AreAllDifferent()
    {
        OwnedKey[] keys =
        [
            new("a", "b", "c"), new("ab", "", "c"), new("", "ab", "c"), new("a", "bc", ""), new("a", null, "bc"), new("a", "", "bc"),
            new("abc", null, ""), new("a", "c", "b"), new(new string('a', 600), null, "b"), new(new string('a', 601), null, "b"),
        ];

        KeyHash[] hashes = [.. keys.Select(KeyHash.OfUnique), .. keys.Select(KeyHash.OfIdempotency)];

        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.Equal(KeyHash.OfUnique(new OwnedKey("a", "b", "c")), hashes[0]);
    }

    /// <summary>F31: a key was three strings and cost 218 bytes.</summary>
    [Fact]
    public void KeyHash_OfAnyKey_IsSixteenBytesWithoutAReference()
    {
        Assert.Equal(16, Unsafe.SizeOf<KeyHash>());
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<KeyHash>());
    }
}
