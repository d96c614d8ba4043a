using JobOrchestrator.Hosting;
using JobOrchestrator.Push;
using JobOrchestrator.Shards;
using JobOrchestrator.Shards.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TestSupport;

namespace JobOrchestrator.Tests.Push;

/// <summary>A dispatcher of queue <c>mail</c> over real shards and a model store.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private bool _stopped;

    private Replica(ModelStore store, TestReplica shards, RecordingWorkBus bus, Dispatcher dispatcher)
    {
        Store = store;
        Shards = shards;
        Bus = bus;
        _running = Task.Run(() => dispatcher.RunAsync(_stopping.Token));
    }

    public ModelStore Store { get; }

    public TestReplica Shards { get; }

    public RecordingWorkBus Bus { get; }

    public static async Task<Replica> StartAsync(ManualTimeProvider clock, int maxRunning, ModelStore? store = null)
    {
        store ??= new ModelStore();
        var bus = new RecordingWorkBus();
        var options = new PushOptions();
        options.Queues.Add("mail", new PushQueueOptions { MaxRunning = maxRunning });
        TestReplica shards = await TestReplica.StartAsync(store, new RecordingBus(), clock);
        var dispatcher = new Dispatcher(
            shards.Shards,
            bus,
            Options.Create(options),
            Options.Create(new EventOptions()),
            new Randomness(Random.Shared.NextBytes),
            new Loops(clock, NullLogger<Loops>.Instance),
            clock,
            NullLogger<Dispatcher>.Instance);
        return new Replica(store, shards, bus, dispatcher);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await _stopping.CancelAsync();
            await _running;
            _stopping.Dispose();
            await Shards.DisposeAsync();
        }
    }
}
