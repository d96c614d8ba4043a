namespace JobOrchestrator.Sdk.Tests.Jobs;

/// <summary>How many workers ask for a queue, as far as that is known.</summary>
public sealed class JobQueueAskersTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Workers_ThatAskForItOrForAny_AreCounted_AndSilentOnesAreNot()
    {
        var askers = JobQueueAskers.Of(
            Mail(), Known(Worker("mail", "pdf"), Worker("*"), Worker("pdf"), Worker("MAIL"), Worker("mail") with { Silent = true }));

        Assert.Equal((2, false, null), (askers.Workers, askers.OrMore, askers.Since));
    }

    [Fact]
    public void WhereNotAllWorkersAreTold_ThereMayBeMore() =>
        Assert.True(JobQueueAskers.Of(Mail(), Known(Worker("mail")) with { Total = 501 }).OrMore);

    [Theory]
    [InlineData(49, false)]
    [InlineData(50, true)]
    public void WhereNotAllQueuesOfAWorkerAreTold_ThereMayBeMore(int queues, bool orMore)
    {
        string[] names = [.. Enumerable.Range(0, queues).Select(queue => $"q{queue}")];

        Assert.Equal(orMore, JobQueueAskers.Of(Mail(), Known(Worker(names))).OrMore);
    }

    [Fact]
    public void Types_ThatNobodyAsksFor_AreNamedWithTheFirstOfTheirTimes()
    {
        JobWorkers known = Known(Worker("mail")) with
        {
            Uncovered =
            [
                new JobUncovered("mail", "send", 3, 60, Now.AddMinutes(-1)),
                new JobUncovered("mail", "print", 3, 60, Now.AddMinutes(-6)),
                new JobUncovered("pdf", "draw", 3, 60, Now.AddMinutes(-9)),
            ],
        };

        var askers = JobQueueAskers.Of(Mail(9), known);

        Assert.Equal(["send", "print"], askers.Nobody);
        Assert.Equal(Now.AddMinutes(-6), askers.Since);
    }

    /// <summary>A worker that asks for other types of the queue is none to those that wait.</summary>
    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void WhereNothingThatWaitsIsAskedFor_ItIsNobody(int ready, bool nobody)
    {
        JobWorkers known = Known(Worker("*")) with { Uncovered = [new JobUncovered("mail", "send", 3, 60, Now)] };

        Assert.Equal(nobody, JobQueueAskers.Of(Mail(ready), known).IsNobody);
    }

    /// <summary>The service's own worker takes one type out of any queue: it is there for that type, not for a queue.</summary>
    [Fact]
    public void Workers_ThatTakeSomeTypesOfAnyQueue_AreNotCounted()
    {
        JobWorkers known = Known(Worker("*") with { Types = ["simulate"] });

        Assert.Equal((0, false), Said(JobQueueAskers.Of(Mail(), known)));
        Assert.Equal((1, false), Said(JobQueueAskers.Of(Mail(), known with { Workers = [.. known.Workers, Worker("mail")], Total = 2 })));
    }

    /// <summary>What waits or runs there, and is not told as asked for by nobody, is of the types that they take.</summary>
    [Fact]
    public void WhereTheyTakeWhatIsThere_ItIsNotSaidThatNobodyAsks()
    {
        JobWorkers known = Known(Worker("*") with { Types = ["simulate"] });

        Assert.True(JobQueueAskers.Of(Mail(1), known).OrMore);
        Assert.False(JobQueueAskers.Of(Mail(1), known with { Uncovered = [new JobUncovered("mail", "send", 1, 60, Now)] }).OrMore);
    }

    /// <summary>One that takes any queue is shown to such a key as one of the key's queues.</summary>
    [Fact]
    public void ToAKeyBoundToQueues_WorkersOfAllOfThemAndSomeTypes_MayBeSuchOnes()
    {
        JobKnownWorker all = Worker("mail", "pdf") with { Types = ["send"] };

        Assert.Equal((0, true), Said(JobQueueAskers.Of(Mail(), Known(all), ["pdf", "mail"])));
        Assert.Equal((1, false), Said(JobQueueAskers.Of(Mail(), Known(all with { Types = ["*"] }), ["pdf", "mail"])));
        Assert.Equal((1, false), Said(JobQueueAskers.Of(Mail(), Known(all with { Queues = ["mail"] }), ["pdf", "mail"])));
        Assert.Equal((1, false), Said(JobQueueAskers.Of(Mail(), Known(all))));
    }

    /// <summary>The service's own worker is not counted; what it works is not left to nobody all the same.</summary>
    [Fact]
    public void WhereSomeTypesAreWorked_ItIsNotNobody()
    {
        JobWorkers known = Known(Worker("*") with { Types = ["simulate"] }) with
        {
            Uncovered = [new JobUncovered("mail", "send", 3, 60, Now)],
        };

        Assert.True(JobQueueAskers.Of(Mail(3), known).IsNobody);
        Assert.False(JobQueueAskers.Of(Mail(100), known).IsNobody);
        Assert.Equal(["send"], JobQueueAskers.Of(Mail(100), known).Nobody);
    }

    /// <summary>Slots are a queue's own where nobody spends them elsewhere.</summary>
    [Fact]
    public void Slots_AreToldWhereAllThatAskForItAskForItAlone()
    {
        JobKnownWorker one = Worker("mail") with { Slots = 16 };

        Assert.Equal(48, JobQueueAskers.Of(Mail(), Known(one, one, one, Worker("pdf"))).Slots);
        Assert.Null(JobQueueAskers.Of(Mail(), Known(one, Worker("mail"))).Slots);
        Assert.Null(JobQueueAskers.Of(Mail(), Known(one, Worker("mail", "pdf") with { Slots = 4 })).Slots);
        Assert.Null(JobQueueAskers.Of(Mail(), Known(one, Worker("*") with { Slots = 4 })).Slots);
        Assert.Null(JobQueueAskers.Of(Mail(), Known(one) with { Total = 501 }).Slots);
        Assert.Null(JobQueueAskers.Of(Mail(), Known(one with { Silent = true })).Slots);
    }

    private static (int Workers, bool OrMore) Said(JobQueueAskers askers) => (askers.Workers, askers.OrMore);

    private static JobQueue Mail(int ready = 0) => new("mail", false, ready, ready, 0, 0);

    private static JobWorkers Known(params JobKnownWorker[] workers) => new(workers, workers.Length, [], Now, Now, []);

    private static JobKnownWorker Worker(params string[] queues) => new() { Queues = queues, Types = ["*"] };
}
