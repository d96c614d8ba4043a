namespace JobOrchestrator.Shards.Tests.Pages;

public sealed class PageRunsTests
{
    /// <summary>Pages come and go in any order, some twice: the runs are always those of the set.</summary>
    [Fact]
    public void Pages_ThatComeAndGo_AreAlwaysTheRunsOfTheSet()
    {
        var random = new Random(42);
        var runs = new PageRuns();
        var set = new SortedSet<long>();
        for (int round = 0; round < 5_000; round++)
        {
            long page = random.Next(40);
            if (random.Next(2) == 0)
            {
                runs.Add(page);
                set.Add(page);
            }
            else
            {
                runs.Remove(page);
                set.Remove(page);
            }

            Assert.Equal(RangesOf(set), runs.ToRanges());
        }
    }

    [Fact]
    public void ACopy_IsItsOwn()
    {
        var runs = new PageRuns();
        runs.Add(3);
        PageRuns copy = runs.Copy();

        copy.Add(4);
        copy.Remove(3);

        Assert.Equal([3L, 3L], runs.ToRanges());
        Assert.Equal([4L, 4L], copy.ToRanges());
    }

    private static List<long> RangesOf(SortedSet<long> pages)
    {
        var ranges = new List<long>();
        foreach (long page in pages)
        {
            if (ranges.Count > 0 && ranges[^1] == page - 1)
            {
                ranges[^1] = page;
            }
            else
            {
                ranges.AddRange([page, page]);
            }
        }

        return ranges;
    }
}
