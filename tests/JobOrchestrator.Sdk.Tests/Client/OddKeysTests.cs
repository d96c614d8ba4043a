using System.Net;
using System.Net.Sockets;
using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Worker;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk.Tests.Client;

/// <summary>Keys go into a request's head, and may come from anywhere: an order's number, a file of secrets.</summary>
public sealed class OddKeysTests
{
    private static readonly Step[] Two = [new Step("a"), new Step("b")];

    public static TheoryData<string> Odd =>
        new("a\nX-Api-Key: b", "a\r\n\r\nDELETE /", "bestellung-\u00e4", "", " ", "a b", new string('k', 256));

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task IdempotencyKey_ThatNoHeaderCanHold_IsRefusedBeforeAnythingIsSent(string key)
    {
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        using var jobs = new JobClient(
            new JobClientOptions { Address = new Uri($"http://127.0.0.1:{((IPEndPoint)stranger.LocalEndpoint).Port}") });

        foreach (IJobClient client in new IJobClient[] { jobs, new FakeJobClient() })
        {
            var options = new JobOptions { Type = "step", IdempotencyKey = key };
            await Assert.ThrowsAsync<ArgumentException>(() => client.EnqueueAsync(new Step("a"), options));
            await Assert.ThrowsAsync<ArgumentException>(() => client.EnqueueManyAsync(Two, options));
            await Assert.ThrowsAsync<ArgumentException>(() => client.EnqueueEachAsync(Two, options));
        }

        Assert.False(stranger.Pending());
    }

    [Fact]
    public async Task IdempotencyKey_AsLongAsItMayBe_IsSent()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient jobs = orchestrator.Client();
        string key = new('~', 255);

        await jobs.EnqueueAsync(new Step("a"), new JobOptions { Type = "step", IdempotencyKey = key });

        Assert.Equal(key, Assert.Single(orchestrator.Faults.IdempotencyKeys));
        await Assert.ThrowsAsync<ArgumentException>(
            () => jobs.EnqueueEachAsync(Two, new JobOptions { Type = "step", IdempotencyKey = key[..241] }));
    }

    /// <summary>It was a FormatException of the first call, and of a worker each time that it asked for work.</summary>
    [Theory]
    [InlineData("secret\n")]
    [InlineData("secret ")]
    [InlineData("s\u00e9cret")]
    public void ApiKey_ThatNoHeaderCanHold_IsNamedAtTheStart(string key)
    {
        IServiceCollection services = new ServiceCollection().AddJobClient(options => options.ApiKey = key);
        using ServiceProvider provider = services.BuildServiceProvider();

        OptionsValidationException held = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IJobClient>);
        ArgumentException alone = Assert.Throws<ArgumentException>(() => new JobClient(new JobClientOptions { ApiKey = key }));

        Assert.Contains("Jobs:Client:ApiKey", held.Message, StringComparison.Ordinal);
        Assert.Contains("Jobs:Client:ApiKey", alone.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ret", held.Message.Replace("secrets", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_ThatIsNull_IsNamed()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient jobs = orchestrator.Client();
        var options = new JobOptions { Type = "step" };

        foreach (IJobClient client in new IJobClient[] { jobs, new FakeJobClient() })
        {
            await Assert.ThrowsAsync<ArgumentNullException>(() => client.EnqueueAsync<Step>(null!, options));
            await Assert.ThrowsAsync<ArgumentNullException>(() => client.EnqueueManyAsync(new Step[] { null! }, options));
        }
    }
}
