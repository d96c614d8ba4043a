namespace JobOrchestrator.Shards.Tests;

public sealed class RecentEntriesTests
{
    /// <summary>As many come and go as move the list under them; asked for anything, it gives what a plain list does.</summary>
    [Fact]
    public void From_WhateverCameAndWent_GivesTheFirstOfThoseFromANumberOn()
    {
        var random = new Random(7);
        var recent = new RecentEntries();
        var plain = new List<OutboxEntry>();
        long number = 0;
        for (int round = 0; round < 8_000; round++)
        {
            if (plain.Count == 0 || random.Next(100) < 55 - (round / 200))
            {
                var entry = new OutboxEntry(number += random.Next(1, 3), 1, []);
                plain.Add(entry);
                recent.Add(entry, entry.Number * 10);
            }
            else
            {
                Assert.Equal(plain[0].Number * 10, recent.RemoveOldest());
                plain.RemoveAt(0);
            }

            long from = random.Next(4) switch { 0 => 0, 1 => long.MaxValue, _ => number - random.Next(40) };
            int max = random.Next(3) == 0 ? int.MaxValue : random.Next(6);
            Assert.Equal(plain.Count, recent.Count);
            Assert.Equal(plain.Where(entry => entry.Number >= from).Take(max), recent.From(from, max));
        }

        while (plain.Count > 0)
        {
            Assert.Equal(plain[0].Number * 10, recent.RemoveOldest());
            plain.RemoveAt(0);
            Assert.Equal(plain.Take(2), recent.From(0, 2));
        }
    }

    /// <summary>More than its list is shortened after.</summary>
    [Fact]
    public void From_AfterThousandsAreGone_GivesWhatIsLeft()
    {
        var recent = new RecentEntries();
        for (int number = 0; number < 5_000; number++)
        {
            recent.Add(new OutboxEntry(number, 1, []), 1);
        }

        for (int number = 0; number < 4_000; number++)
        {
            recent.RemoveOldest();
        }

        Assert.Equal([4_000L, 4_001L], recent.From(17, 2).Select(entry => entry.Number));
        Assert.Equal([4_999L], recent.From(4_999, 10).Select(entry => entry.Number));
        Assert.Empty(recent.From(5_000, 10));
        Assert.Equal(1_000, recent.Count);
    }
}
