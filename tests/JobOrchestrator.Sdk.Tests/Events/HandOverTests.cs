using System.Net;
using JobOrchestrator.Sdk.Tests.Fakes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Events;

/// <summary>
/// A rollout: the next instance starts on the folder of one that still runs, and that is stopped once the next one counts as ready.
/// </summary>
public sealed class HandOverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_WhilePredecessorHasTheFolder_IsDegradedAndTakesOverOnceItGoes()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var first = new Told();
        var second = new Told();
        OwnerHost predecessor = await OwnerHost.StartAsync(orchestrator, _folder.Path, first.AddTo);
        await Eventually.TrueAsync(async () => (await predecessor.HealthAsync()).Status == HealthStatus.Healthy, "the first is healthy");
        await using OwnerHost successor = await OwnerHost.StartAsync(orchestrator, _folder.Path, second.AddTo);
        await Eventually.TrueAsync(async () => (await successor.HealthAsync()).Status == HealthStatus.Degraded, "the second waits for it");

        HealthReportEntry waiting = await successor.HealthAsync();
        Task<HttpStatusCode> early = successor.DeliverAsync(OwnerHost.Event("a", 1));

        Assert.Contains($"Another process has the folder {_folder.Path}", waiting.Description, StringComparison.Ordinal);
        Assert.False(early.IsCompleted);
        Assert.Empty(second.Events);

        await predecessor.DisposeAsync();

        await Eventually.TrueAsync(
            async () => (await successor.HealthAsync()).Status == HealthStatus.Healthy, "the second has taken over");
        Assert.Equal(HttpStatusCode.OK, await early);
        Assert.Equal(["a-1 New Broker"], second.Lines);
    }

    [Fact]
    public async Task Folder_ThatCannotBeUsed_IsUnhealthyAndNamesTheRemedyOnce()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        string folder = _folder["file"];
        await File.WriteAllTextAsync(folder, "");

        await using OwnerHost owner = await OwnerHost.StartAsync(
            orchestrator,
            folder,
            new Told().AddTo,
            settings: new Dictionary<string, string?> { ["Logging:LogLevel:Default"] = "Debug" });
        await Eventually.TrueAsync(() => owner.Log.Warnings("no event is taken") > 1, "it was tried again");

        HealthReportEntry health = await owner.HealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains(folder, health.Description, StringComparison.Ordinal);
        string line = owner.Log.At(LogLevel.Error)[0];
        Assert.Contains("Jobs:Events:Folder", line, StringComparison.Ordinal);
        Assert.Contains("RememberWith", line, StringComparison.Ordinal);
        Assert.Contains(folder, line, StringComparison.Ordinal);
        Assert.Single(owner.Log.At(LogLevel.Debug), text => text.Contains("What was handled", StringComparison.Ordinal));
    }
}
