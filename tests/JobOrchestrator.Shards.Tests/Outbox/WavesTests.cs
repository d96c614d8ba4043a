using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class WavesTests
{
    /// <summary>Each letter is an event of the job that it names.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("ABC", "ABC")]
    [InlineData("AA", "A|A")]
    [InlineData("AABAC", "ABC|A|A")]
    [InlineData("ABAB", "AB|AB")]
    [InlineData("ABBBA", "AB|BA|B")]
    public void Waves_EventsOfSeveralJobs_HoldEachJobOnceAndInOrder(string events, string expected)
    {
        List<List<Outgoing>> waves = TopicLanes.Waves(
            events.Select((job, place) => new Outgoing(place, Event(job, place))), packedBy: null);

        Assert.Equal(expected, string.Join('|', waves.Select(wave => string.Concat(wave.Select(item => item.Event.Queue)))));
        Assert.All(
            waves.SelectMany(wave => wave).GroupBy(item => item.Event.Job),
            job => Assert.Equal(job.OrderBy(item => item.Number), job));
    }

    /// <summary>In one message a job's events are in order; the next topic's wait. Small and large letters are two topics.</summary>
    [Theory]
    [InlineData("AA", "AA")]
    [InlineData("AaA", "A|a|A")]
    [InlineData("ABAaBb", "ABAB|ab")]
    public void Waves_OfPackedEvents_HoldAJobAgainWhereItsMessageIsTheSame(string events, string expected)
    {
        List<List<Outgoing>> waves = TopicLanes.Waves(
            events.Select((letter, place) =>
                new Outgoing(place, Event(char.ToUpperInvariant(letter), place) with { Queue = $"{letter}" })),
            packedBy: item => char.IsUpper(item.Queue[0]) ? "large" : "small");

        Assert.Equal(expected, string.Join('|', waves.Select(wave => string.Concat(wave.Select(item => item.Event.Queue)))));
    }

    private static OutboxEvent Event(char job, int place) =>
        new(JsonText.Of($"{place}"), JobEventKind.Updated, TestJobs.Id(job).Value, null, $"{job}");
}
