using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class TopicsTests
{
    [Theory]
    [InlineData("job-created", "o", "job-created")]
    [InlineData("jobs-of-{owner}", "o", "jobs-of-o")]
    [InlineData("jobs-of-{owner}", null, "jobs-of-none")]
    [InlineData("", "o", null)]
    public void Of_AnEvent_IsTheTopicOfItsKindAndOwner(string name, string? owner, string? expected)
    {
        var topics = new Topics(new Dictionary<JobEventKind, string> { [JobEventKind.Created] = name });

        Assert.Equal(expected, topics.Of(Event(JobEventKind.Created, owner)));
        Assert.Null(topics.Of(Event(JobEventKind.Failed, owner)));
    }

    private static OutboxEvent Event(JobEventKind kind, string? owner) => new(JsonText.Of("{}"), kind, Guid.NewGuid(), owner, "default");
}
