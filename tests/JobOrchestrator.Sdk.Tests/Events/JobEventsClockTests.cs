using System.Net;
using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;
using static JobOrchestrator.Sdk.Tests.Events.OwnerHost;

namespace JobOrchestrator.Sdk.Tests.Events;

/// <summary>An owner's waits go by the clock that is handed in; two of them went by the system's.</summary>
public sealed class JobEventsClockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Delivery_WhatWasHandledIsNotKnown_WaitsTenSecondsOfTheClock()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator, events => events.RememberWith<SilentMemory>());

        Task<HttpStatusCode> delivery = owner.DeliverAsync(Event("a", 1));
        await _clock.TimerSetAsync();
        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(delivery.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await delivery.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Gap_NoneIsSeen_IsWaitedForByTheClock()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);
        // Another than the owner's own, which its feed reader waits at.
        JobEventInbox inbox = ActivatorUtilities.CreateInstance<JobEventInbox>(owner.Services);

        Task<bool> seen = inbox.ReadingWantedAsync(TimeSpan.FromHours(1), CancellationToken.None);
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.False(await seen.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    /// <summary>What a memory throws is its own affair, be it a cancellation: the feed is read once it can say what was handled.</summary>
    [Fact]
    public async Task Memory_GivesUpItsOwnCall_IsAskedAgain()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var told = new Told();
        await using OwnerHost owner = await StartAsync(orchestrator, events =>
        {
            told.AddTo(events);
            events.RememberWith<HastyMemory>();
        });
        await _clock.TimerSetAsync();
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(HttpStatusCode.OK, await owner.DeliverAsync(Event("a", 1)).WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(["a-1 New Broker"], told.Lines);
    }

    private Task<OwnerHost> StartAsync(FakeOrchestrator orchestrator, Action<JobEventsBuilder>? configure = null) =>
        OwnerHost.StartAsync(orchestrator, _folder.Path, events =>
        {
            events.Services.AddSingleton<TimeProvider>(_clock);
            configure?.Invoke(events);
        });

    /// <summary>Never says what was handled.</summary>
    private sealed class SilentMemory : IJobEventMemory
    {
        public async Task<RememberedEvents> LoadAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new RememberedEvents(null, []);
        }

        public Task AddHandledAsync(string jobId, long sequence, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task MoveCursorAsync(string cursor, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Gives up its first call, as one does that goes over HTTP with a time limit of its own.</summary>
    private sealed class HastyMemory : IJobEventMemory
    {
        private int _loads;

        public Task<RememberedEvents> LoadAsync(CancellationToken cancellationToken) =>
            _loads++ == 0
                ? Task.FromException<RememberedEvents>(new TaskCanceledException("The request took too long."))
                : Task.FromResult(new RememberedEvents(null, []));

        public Task AddHandledAsync(string jobId, long sequence, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task MoveCursorAsync(string cursor, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
