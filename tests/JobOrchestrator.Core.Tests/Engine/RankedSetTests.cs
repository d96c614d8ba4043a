namespace JobOrchestrator.Core.Tests.Engine;

public sealed class RankedSetTests
{
    /// <summary>It does what a sorted list does, whatever is added and removed in which order.</summary>
    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 400)]
    [InlineData(3, 4_000)]
    public void Changes_InAnyOrder_AreThoseOfASortedList(int seed, int names)
    {
        var random = new Random(seed);
        var set = new RankedSet<int>(Comparer<int>.Default);
        var plain = new SortedSet<int>();
        for (int i = 0; i < 20_000; i++)
        {
            int item = random.Next(names);
            bool adds = random.Next(2) == 0;
            Assert.Equal(adds ? plain.Add(item) : plain.Remove(item), adds ? set.Add(item) : set.Remove(item));
            Assert.Equal(plain.Count, set.Count);
            if (i % 97 == 0)
            {
                int asked = random.Next(-1, names + 1);
                Assert.Equal(plain.Count > 0 ? plain.Min : null, set.First);
                Assert.Equal(plain.Count(one => one < asked), set.CountBefore(asked));
                Assert.Equal(plain.Where(one => one >= asked).Select(one => (int?)one).FirstOrDefault(), set.FirstFrom(asked));
            }
        }
    }

    /// <summary>Items that come in order, as jobs do, and go from the front, leave it flat.</summary>
    [Fact]
    public void AMillion_InOrderAndOutFromTheFront_CostFewComparisonsEach()
    {
        var order = new Counting();
        var set = new RankedSet<int>(order);
        for (int i = 0; i < 1_000_000; i++)
        {
            set.Add(i);
        }

        Assert.InRange(order.Count / 1_000_000.0, 1, 30);
        order.Count = 0;
        Assert.Equal(654_321, set.CountBefore(654_321));
        Assert.InRange(order.Count, 1, 60);
        for (int i = 0; i < 900_000; i++)
        {
            Assert.Equal(i, set.First);
            set.Remove(i);
        }

        order.Count = 0;
        Assert.Equal(99_999, set.CountBefore(999_999));
        Assert.InRange(order.Count, 1, 50);
    }

    private sealed class Counting : IComparer<int>
    {
        public int Count { get; set; }

        public int Compare(int x, int y)
        {
            Count++;
            return x.CompareTo(y);
        }
    }
}
