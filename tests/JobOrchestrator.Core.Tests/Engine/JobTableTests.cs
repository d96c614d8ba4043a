namespace JobOrchestrator.Core.Tests.Engine;

public sealed class JobTableTests
{
    private readonly JobTable _table = [];

    private static Job JobOf(int number) => TestJobs.Waiting(number);

    /// <summary>An id as they are made: at random, but the same for a number.</summary>
    private static Job AtRandom(int number) =>
        JobOf(number) with { Id = JobId.Create(TestShard.Start, 0, (ulong)new Random(number).NextInt64()) };

    /// <summary>It does what a dictionary does, whatever comes and goes in which order.</summary>
    [Theory]
    [InlineData(1, 5, false)]
    [InlineData(2, 300, true)]
    [InlineData(3, 300, false)]
    [InlineData(4, 20_000, true)]
    [InlineData(5, 20_000, false)]
    public void Changes_InAnyOrder_AreThoseOfADictionary(int seed, int names, bool isAtRandom)
    {
        var random = new Random(seed);
        Job[] jobs = [.. Enumerable.Range(0, names).Select(number => isAtRandom ? AtRandom(number) : JobOf(number))];
        var plain = new Dictionary<JobId, Job>();
        for (int i = 0; i < 60_000; i++)
        {
            Job job = jobs[random.Next(names)] with { };
            switch (random.Next(4))
            {
                case 0:
                    plain.Remove(job.Id);
                    _table.Remove(job.Id);
                    break;
                case 1 when plain.TryGetValue(job.Id, out Job? there):
                    // Another object for the same job stays.
                    _table.Remove(job);
                    Assert.Same(there, _table[job.Id]);
                    plain.Remove(job.Id);
                    _table.Remove(there);
                    break;
                default:
                    plain[job.Id] = job;
                    _table.Set(job);
                    break;
            }

            Job asked = jobs[random.Next(names)];
            Assert.Same(plain.GetValueOrDefault(asked.Id), _table.Find(asked.Id));
            Assert.Equal(plain.Count, _table.Count);
        }

        Assert.Equal(plain.Values.OrderBy(job => job.Order), _table.OrderBy(job => job.Order));
        Assert.All(plain.Values, job => Assert.Same(job, _table[job.Id]));
    }

    [Fact]
    public void Find_OfTheEmptyIdOrAnEmptyTable_FindsNothing()
    {
        Assert.Null(_table.Find(default));
        _table.Set(JobOf(1));
        _table.Set(JobOf(2));
        _table.Remove(JobOf(1).Id);

        Assert.Null(_table.Find(default));
        Assert.False(_table.Has(JobOf(1).Id));
        Assert.Throws<KeyNotFoundException>(() => _table[JobOf(1).Id]);
        _table.Remove(default(JobId));
        _table.Clear();
        Assert.Empty(_table);
        Assert.False(_table.TryFind(JobOf(2).Id, out _));
    }

    /// <summary>What stays is found at any time, in its last version or the one before, while others come, go and make it grow.</summary>
    [Fact]
    public async Task Find_WhileOthersComeAndGo_FindsWhatStays()
    {
        Job[] staying = [.. Enumerable.Range(0, 200).Select(number => JobOf(number) with { Sequence = 1 })];
        foreach (Job job in staying)
        {
            _table.Set(job);
        }

        using var over = new CancellationTokenSource();
        Task<long>[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => Read(over.Token)))];
        var random = new Random(1);
        for (int i = 0; i < 300_000; i++)
        {
            Job other = JobOf(1_000 + random.Next(20_000));
            if (random.Next(5) < 3)
            {
                _table.Set(other);
            }
            else
            {
                _table.Remove(other.Id);
            }

            Job again = staying[i % staying.Length];
            _table.Set(staying[i % staying.Length] = again with { Sequence = again.Sequence + 1 });
        }

        await over.CancelAsync();
        Assert.All(await Task.WhenAll(readers), finds => Assert.InRange(finds, 1, long.MaxValue));

        long Read(CancellationToken end)
        {
            long finds = 0;
            long[] seen = new long[200];
            do
            {
                for (int number = 0; number < 200; number++)
                {
                    long sequence = _table[TestShard.Id(number)].Sequence;
                    Assert.True(sequence >= seen[number], "A version that was gone is back.");
                    seen[number] = sequence;
                    finds++;
                }

                Assert.Equal(200, _table.Count(job => job.Order < 200));
            }
            while (!end.IsCancellationRequested);

            return finds;
        }
    }
}
