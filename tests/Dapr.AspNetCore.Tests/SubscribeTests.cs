using System.Net;
using Microsoft.AspNetCore.Mvc;

namespace Dapr.AspNetCore.Tests;

public sealed class SubscribeTests
{
    [Fact]
    public async Task Subscribe_PlainTopic_HasARoute()
    {
        var answer = await SubscribeAsync(app => app.MapPost("events/jobs", () => "")
            .WithTopic("bus", "jobs"));

        Assert.Equal("""[{"pubsubname":"bus","topic":"jobs","route":"/events/jobs"}]""", answer);
    }

    [Fact]
    public async Task Subscribe_SeveralRulesOfOneTopic_BecomeOneSubscriptionInOrderOfPriority()
    {
        var answer = await SubscribeAsync(app =>
        {
            app.MapPost("/urgent", () => "").WithTopic(new TopicOptions { PubsubName = "bus", Name = "jobs", Match = "event.data.p > 5", Priority = 2 });
            app.MapPost("/other", () => "").WithTopic("bus", "jobs");
            app.MapPost("/done", () => "").WithTopic(new TopicOptions { PubsubName = "bus", Name = "jobs", Match = "event.type == \"job.done\"", Priority = 1 });
        });

        Assert.Equal(
            """[{"pubsubname":"bus","topic":"jobs","routes":{"rules":[{"match":"event.type == \u0022job.done\u0022","path":"/done"},{"match":"event.data.p \u003E 5","path":"/urgent"}],"default":"/other"}}]""",
            answer);
    }

    [Fact]
    public async Task Subscribe_RulesWithoutDefault_HaveNone()
    {
        var answer = await SubscribeAsync(app => app.MapPost("/mine", () => "")
            .WithTopic(new TopicOptions { PubsubName = "bus", Name = "jobs", Match = "has(event.data.owner)" }));

        Assert.Equal("""[{"pubsubname":"bus","topic":"jobs","routes":{"rules":[{"match":"has(event.data.owner)","path":"/mine"}]}}]""", answer);
    }

    [Fact]
    public async Task Subscribe_SeveralTopicsOfOneEndpoint_AreOneEachInOrder()
    {
        var answer = await SubscribeAsync(app => app.MapPost("/events", () => "")
            .WithTopic("bus", "job-updated")
            .WithTopic("bus", "job-created")
            .WithTopic("a-bus", "job-failed"));

        Assert.Equal(
            """[{"pubsubname":"a-bus","topic":"job-failed","route":"/events"},{"pubsubname":"bus","topic":"job-created","route":"/events"},{"pubsubname":"bus","topic":"job-updated","route":"/events"}]""",
            answer);
    }

    [Fact]
    public async Task Subscribe_MetadataDeadLetterAndRawPayload_AreTold()
    {
        var answer = await SubscribeAsync(app => app.MapPost("/events", () => "").WithTopic(new TopicOptions
        {
            PubsubName = "bus",
            Name = "jobs",
            EnableRawPayload = true,
            DeadLetterTopic = "jobs-dead",
            Metadata = new Dictionary<string, string> { ["queueType"] = "quorum" },
        }));

        Assert.Equal(
            """[{"pubsubname":"bus","topic":"jobs","route":"/events","metadata":{"queueType":"quorum","rawPayload":"true"},"deadLetterTopic":"jobs-dead"}]""",
            answer);
    }

    [Fact]
    public async Task Subscribe_MetadataOwnedByOneTopic_IsNotTheOthers()
    {
        var answer = await SubscribeAsync(app => app.MapPost("/events", () => "").WithMetadata(
            new TopicAttribute("bus", "a", ["mine"], "|"),
            new TopicAttribute("bus", "b"),
            new TopicMetadataAttribute("mine", "name", "1"),
            new TopicMetadataAttribute("mine", "name", "2"),
            new TopicMetadataAttribute("shared", "s")));

        Assert.Equal(
            """[{"pubsubname":"bus","topic":"a","route":"/events","metadata":{"name":"1|2","shared":"s"}},{"pubsubname":"bus","topic":"b","route":"/events","metadata":{"shared":"s"}}]""",
            answer);
    }

    [Fact]
    public async Task Subscribe_Bulk_IsTold()
    {
        var answer = await SubscribeAsync(app => app.MapPost("/bulk", () => "")
            .WithTopic("bus", "jobs")
            .WithBulkSubscribe(new BulkSubscribeTopicOptions { TopicName = "jobs", MaxMessagesCount = 50, MaxAwaitDurationMs = 40 }));

        Assert.Equal(
            """[{"pubsubname":"bus","topic":"jobs","route":"/bulk","bulkSubscribe":{"enabled":true,"maxMessagesCount":50,"maxAwaitDurationMs":40}}]""",
            answer);
    }

    [Fact]
    public async Task Subscribe_RawPayloadForAll_IsToldForEach()
    {
        var answer = await SubscribeAsync(
            app => app.MapPost("/events", () => "").WithTopic("bus", "jobs"), new SubscribeOptions { EnableRawPayload = true });

        Assert.Equal("""[{"pubsubname":"bus","topic":"jobs","route":"/events","metadata":{"rawPayload":"true"}}]""", answer);
    }

    [Fact]
    public async Task Subscribe_NoTopics_IsAnEmptyArray()
    {
        Assert.Equal("[]", await SubscribeAsync(app => app.MapGet("/", () => "")));
    }

    [Fact]
    public async Task Subscribe_ControllerWithTopicAttribute_IsFound()
    {
        var (host, client) = await App.StartAsync(
            app =>
            {
                app.MapControllers();
                app.MapSubscribeHandler();
            },
            builder => builder.Services.AddControllers().AddApplicationPart(typeof(JobEventsController).Assembly).AddDapr());
        using var _ = host;

        var answer = await client.GetStringAsync("/dapr/subscribe");

        Assert.Equal("""[{"pubsubname":"bus","topic":"jobs","route":"/controller/jobs"}]""", answer);
    }

    [Fact]
    public async Task Subscribe_RouteWithParameters_IsOurErrorNotASilentLoss()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            SubscribeAsync(app => app.MapPost("/events/{id}", (string id) => id).WithTopic("bus", "jobs")));
    }

    [Theory]
    [InlineData(null, "jobs")]
    [InlineData("bus", "")]
    public async Task WithTopic_NameMissing_IsRefused(string? pubsub, string? topic)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            SubscribeAsync(app => app.MapPost("/", () => "").WithTopic(new TopicOptions { PubsubName = pubsub, Name = topic })));
    }

    private static async Task<string> SubscribeAsync(Action<WebApplication> map, SubscribeOptions? options = null)
    {
        var (host, client) = await App.StartAsync(app =>
        {
            map(app);
            if (options is null)
                app.MapSubscribeHandler();
            else
                app.MapSubscribeHandler(options);
        });
        using var _ = host;
        using var answer = await client.GetAsync(new Uri("/dapr/subscribe", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync();
    }
}

[ApiController]
public sealed class JobEventsController : ControllerBase
{
    [Topic("bus", "jobs")]
    [HttpPost("controller/jobs")]
    public IActionResult Handle() => Ok();
}
