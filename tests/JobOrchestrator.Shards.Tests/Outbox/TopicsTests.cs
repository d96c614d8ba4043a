using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class TopicsTests
{
    [Theory]
    [InlineData("job-created", "o", "job-created")]
    [InlineData("jobs-of-{owner}", "o", "jobs-of-o")]
    [InlineData("jobs-of-{owner}", null, "jobs-of-none")]
    [InlineData("jobs-of-{owner}", "none", "jobs-of-_none")]
    [InlineData("jobs-of-{owner}", "_none", "jobs-of-__none")]
    [InlineData("jobs-of-{owner}", "_nones", "jobs-of-_nones")]
    [InlineData("jobs-of-{owner}", "a/../b%2F+", "jobs-of-a/../b%2F+")]
    [InlineData("jobs-of-{owner}", "{owner}", "jobs-of-{owner}")]
    [InlineData("", "o", null)]
    public void Of_AnEvent_IsTheTopicOfItsKindAndOwner(string name, string? owner, string? expected)
    {
        var topics = new Topics(new Dictionary<JobEventKind, string> { [JobEventKind.Created] = name });

        Assert.Equal(expected, topics.Of(Event(JobEventKind.Created, owner)));
        Assert.Null(topics.Of(Event(JobEventKind.Failed, owner)));
    }

    private static OutboxEvent Event(JobEventKind kind, string? owner) => new(JsonText.Of("{}"), kind, Guid.NewGuid(), owner, "default");
}
