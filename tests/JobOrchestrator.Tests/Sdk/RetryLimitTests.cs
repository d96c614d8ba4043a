using JobOrchestrator.Sdk;

namespace JobOrchestrator.Tests.Sdk;

/// <summary>Retries without a limit, with one, and with nothing said.</summary>
public sealed class RetryLimitTests
{
    [JobType("unsaid")]
    private sealed record Unsaid;

    [JobType("endless", MaxRetries = JobTypeAttribute.Endless)]
    private sealed record Endless;

    [JobType("never", MaxRetries = 0)]
    private sealed record Never;

    public static TheoryData<object, int?, int?> Cases => new()
    {
        { new Unsaid(), null, 3 },
        { new Unsaid(), JobTypeAttribute.Endless, null },
        { new Unsaid(), 7, 7 },
        { new Endless(), null, null },
        { new Endless(), 0, 0 },
        { new Never(), null, 0 },
        { new Never(), JobTypeAttribute.Endless, null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Enqueue_AttributeAndOptions_GiveTheLimitThatIsMeant(object input, int? option, int? limit)
    {
        await using SdkHost host = await SdkHost.StartAsync();

        Job job = await host.Client.EnqueueAsync(input, new JobOptions { MaxRetries = option });

        Assert.Equal(limit, job.MaxRetries);
    }
}
