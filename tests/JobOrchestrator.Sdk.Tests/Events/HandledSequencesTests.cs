namespace JobOrchestrator.Sdk.Tests.Events;

public sealed class HandledSequencesTests
{
    [Fact]
    public void Add_AnyOrder_AgreesWithASet()
    {
        var random = new Random(17);
        for (int round = 0; round < 200; round++)
        {
            var handled = new HandledSequences();
            var model = new HashSet<long>();
            for (int i = 0; i < 60; i++)
            {
                long sequence = random.NextInt64(1, 60);
                handled.Add(sequence);
                model.Add(sequence);

                Assert.Equal(model.Max(), handled.Newest);
                Assert.Equal(model.Max() != model.Count, handled.HasGap());
                Assert.All(Enumerable.Range(0, 62), asked => Assert.Equal(model.Contains(asked), handled.Contains(asked)));
            }
        }
    }

    [Fact]
    public void Add_InOrder_TakesOneRange()
    {
        var handled = new HandledSequences();
        for (int sequence = 1; sequence <= 10_000; sequence++)
        {
            handled.Add(sequence);
        }

        Assert.Equal([(1, 10_000)], handled.Ranges);
    }

    [Fact]
    public void Add_EndlessGaps_StaysBounded()
    {
        var handled = new HandledSequences();
        for (int sequence = 1; sequence <= 10_000; sequence += 2)
        {
            handled.Add(sequence);
        }

        Assert.Equal(64, handled.Ranges.Count);
        Assert.True(handled.Contains(9_999));
    }

    [Fact]
    public void Events_OfMoreJobsThanRemembered_TheLeastRecentlyHeardOfIsForgotten()
    {
        var handled = new HandledEvents(jobsMax: 2);
        handled.Add("a", 1);
        handled.Add("b", 1);
        handled.Add("a", 2);
        handled.Add("c", 1);

        Assert.Equal(
            (JobEventDelivery.Repeat, JobEventDelivery.New, JobEventDelivery.Repeat),
            (handled.Judge("a", 1), handled.Judge("b", 1), handled.Judge("c", 1)));
    }

    /// <summary>Of a job that reports for hours and is told of now and then, every report leaves a gap.</summary>
    [Fact]
    public void Add_EndlessGapsThatAreLeftOutByChoice_KeepsTheBeginningAndMissesNothing()
    {
        var handled = new HandledSequences();
        var leftOut = new EventsLeftOut(First: false, Updates: true);
        for (long sequence = 1; sequence < 1_000; sequence += 3)
        {
            handled.Add(sequence, leftOut);
            Assert.Equal(handled.Ranges.Count > 32, handled.HasGap(leftOut));
        }

        Assert.InRange(handled.Ranges.Count, 1, 64);
        Assert.All(Enumerable.Range(0, 333), place => Assert.True(handled.Contains(1 + (3 * place))));
    }

    /// <summary>Read from a file after a restart, of which nobody knows what was left out.</summary>
    [Fact]
    public void Add_EndlessGaps_NeverForgetsThatTheFirstWasHandled()
    {
        var handled = new HandledSequences();
        for (long sequence = 1; sequence < 1_000; sequence += 3)
        {
            handled.Add(sequence);
        }

        Assert.True(handled.Contains(1));
        Assert.False(handled.Contains(4));
    }
}
