namespace JobOrchestrator.Sdk.Tests.Jobs;

/// <summary>What a list of queues says of the last minute and the last hour.</summary>
public sealed class JobQueueFlowTests
{
    private static readonly DateTimeOffset From = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A minute that has just begun says nothing yet, so that the one before is taken with it.</summary>
    [Theory]
    [InlineData(120, 2)]
    [InlineData(150, 2.0 * 2 / 3)]
    [InlineData(180, 1)]
    public void Rate_IsOfTheMinuteThatIsOverAndTheOneThatIsNot(int seconds, double rate)
    {
        JobStats stats = Stats(seconds, Line("submitted", 600, 120, 0));

        Assert.Equal(rate, JobQueueFlow.Of(stats)["mail"].In!.Value, 6);
    }

    /// <summary>Of a service that began ten seconds ago nobody can say what happened before.</summary>
    [Fact]
    public void Rate_OfAServiceThatHasJustBegun_IsOfItsTime()
    {
        JobStats stats = Stats(130, Line("finished", null, 0, 40)) with { Since = From.AddSeconds(110) };

        Assert.Equal(2, JobQueueFlow.Of(stats)["mail"].Out!.Value, 6);
    }

    /// <summary>Where one shard came late, the others told of this queue before: what they counted is of all of the time.</summary>
    [Fact]
    public void Rate_AfterAShardCameLate_IsOfTheWholeTime()
    {
        JobStats stats = Stats(150, Line("submitted", 60, 60, 30)) with { Since = From.AddSeconds(145) };

        Assert.Equal(1, JobQueueFlow.Of(stats)["mail"].In!.Value, 6);
    }

    [Fact]
    public void WhatIsNotKnown_IsNotNought()
    {
        JobQueueFlow flow = JobQueueFlow.Of(Stats(130, Line("submitted", 4, null, null), Line("failed", 3, null, 2)))["mail"];

        Assert.Null(flow.In);
        Assert.Null(flow.Out);
        Assert.Equal(5, flow.Failed);
        Assert.Empty(flow.Ready);
    }

    [Fact]
    public void Ready_BeginsBehindTheLastGap() =>
        Assert.Equal([3, 0, 7], JobQueueFlow.Of(Stats(300, Line("ready", 9, null, 3, 0, 7, null)))["mail"].Ready);

    [Fact]
    public void Queues_AreToldApart()
    {
        JobStats stats = Stats(59, Line("failed", 1), Line("failed", 2) with { Labels = Of("pdf") });

        Assert.Equal(
            [1, 2], JobQueueFlow.Of(stats).OrderBy(queue => queue.Key, StringComparer.Ordinal).Select(queue => queue.Value.Failed));
    }

    /// <summary>All others together have the label of a queue that may really be called so.</summary>
    [Fact]
    public void AQueueThatIsCalledOther_IsNotTheRest()
    {
        JobStatsSeries rest = Line("failed", 9) with { Labels = Of("other"), Rest = true };

        Assert.Empty(JobQueueFlow.Of(Stats(59, rest)));
        Assert.Equal(2, JobQueueFlow.Of(Stats(59, rest, Line("failed", 2) with { Labels = Of("other") }))["other"].Failed);
    }

    private static JobStats Stats(int seconds, params JobStatsSeries[] series) => new(
        From, From.AddSeconds(60.0 * series[0].Values.Count), 60, From.AddSeconds(seconds), From, series, [], []);

    private static JobStatsSeries Line(string metric, params double?[] values) => new(metric, "jobs", Of("mail"), values);

    private static Dictionary<string, string> Of(string queue) => new() { ["queue"] = queue };
}
