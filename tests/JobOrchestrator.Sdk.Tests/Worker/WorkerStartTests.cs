using JobOrchestrator.Sdk.Tests.Fakes;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>What a worker asks for, what it says at its start, and what it does not start with.</summary>
public sealed class WorkerStartTests
{
    [Fact]
    public async Task Start_SaysTypesQueuesSlotsAndAddress()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator,
            builder => builder.Add<StepProcessor>().Queues(["urgent", "normal"], 3, prefetch: 2)
                .Configure(options => (options.Name, options.Concurrency) = ("w1", 5)));

        Assert.Contains(
            "Worker w1 works step from urgent before normal (3 at once, 2 held ready), steps (5 at once) at http://localhost:5087/.",
            worker.Log.At(LogLevel.Information));
    }

    [JobType("homeless")]
    private sealed class HomelessProcessor : JobProcessor<Step>
    {
        public override Task RunAsync(Step input, JobContext context) => Task.CompletedTask;
    }

    /// <summary>A queue was named, and the default one worked all the same.</summary>
    [Fact]
    public async Task Queue_Named_IsTheOnlyOneAskedForAndForOwnTypesAlone()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<HomelessProcessor>().Queue("only-this", 2));
        Job elsewhere = orchestrator.Jobs.Add("homeless");
        Job stranger = orchestrator.Jobs.Add("stranger", queue: "only-this");

        await orchestrator.EndAsync(orchestrator.Jobs.Add("homeless", queue: "only-this"));

        Assert.Equal(0, orchestrator.Faults.Count("POST /queues/default/lease"));
        Assert.Equal(
            (0, 0), (orchestrator.Jobs.Find(elsewhere.Id)!.Attempt, orchestrator.Jobs.Find(stranger.Id)!.Attempt));
    }

    [Fact]
    public async Task Queue_NotNamedAnywhere_IsTheDefaultOne()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<HomelessProcessor>());

        await orchestrator.EndAsync(orchestrator.Jobs.Add("homeless"));
    }

    [Fact]
    public async Task Settings_OfTheConfiguration_CountAndCodeOverridesThem()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var settings = new Dictionary<string, string?>
        {
            ["Jobs:Worker:Name"] = "from-settings",
            ["Jobs:Worker:Concurrency"] = "7",
            ["Jobs:Client:Address"] = "http://localhost:7000",
            ["Jobs:Client:Owner"] = "shop",
            ["JobOrchestrator:Owner"] = "earlier",
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator,
            builder => builder.Add<StepProcessor>().Queue("steps").Configure(options => options.Name += "-and-code"),
            settings: settings);

        Assert.Contains(
            "Worker from-settings-and-code works step from steps (7 at once) at http://localhost:7000/.",
            worker.Log.At(LogLevel.Information));
        Job job = await worker.Services.GetRequiredService<JobClient>().EnqueueAsync(new Step());
        Assert.Equal("shop", job.Owner);
    }

    [Fact]
    public async Task Queues_OfTheSettings_GiveNumbersWhereTheCodeGivesNone()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var settings = new Dictionary<string, string?>
        {
            ["Jobs:Worker:Concurrency"] = "7",
            ["Jobs:Worker:Queues:STEPS:Concurrency"] = "2",
            ["Jobs:Worker:Queues:urgent:Concurrency"] = "3",
            ["Jobs:Worker:Queues:urgent:Prefetch"] = "4",
            ["Jobs:Worker:Queues:said:Concurrency"] = "5",
            ["Jobs:Worker:Queues:extra:Concurrency"] = "6",
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator,
            builder => builder.Add<StepProcessor>().Queue("said", 1).Queues(["urgent", "normal"])
                .Configure(options => options.Name = "w1"),
            settings: settings);

        Assert.Contains(
            "Worker w1 works step from said (1 at once), urgent before normal (3 at once, 4 held ready), extra (6 at once), "
                + "steps (2 at once) at http://localhost:5087/.",
            worker.Log.At(LogLevel.Information));
        await orchestrator.EndAsync(orchestrator.Jobs.Add("step", queue: "extra"));
    }

    /// <summary>A number for a type's own queue is no choice of queues.</summary>
    [Fact]
    public async Task Queues_NumbersForATypesOwn_LeaveTheDefaultQueueWorked()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator,
            builder => builder.Add<StepProcessor>().Add<HomelessProcessor>(),
            settings: new Dictionary<string, string?> { ["Jobs:Worker:Queues:steps:Concurrency"] = "2" });

        await orchestrator.EndAsync(orchestrator.Jobs.Add("homeless"));
    }

    [Theory]
    [InlineData("Jobs:Worker:Concurrency", "0")]
    [InlineData("Jobs:Worker:Concurrency", "many")]
    [InlineData("Jobs:Worker:Name", " ")]
    [InlineData("Jobs:Worker:PollWait", "soon")]
    [InlineData("Jobs:Worker:CarryOnFor", "-00:00:05")]
    [InlineData("Jobs:Worker:UnknownTypeDelay", "-00:00:05")]
    [InlineData("Jobs:Worker:ShutdownTimeout", "-00:00:05")]
    [InlineData("Jobs:Worker:ShutdownGrace", "-00:00:05")]
    [InlineData("Jobs:Worker:Queues:steps:Concurrency", "0")]
    [InlineData("Jobs:Worker:Queues:steps:Prefetch", "-1")]
    [InlineData("Jobs:Worker:Queues:normal", "x", "Jobs:Worker:Queues:normal:Concurrency", "2")]
    public async Task Start_SettingThatCannotBe_IsNamed(string setting, string value, string? another = null, string? its = null)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var settings = new Dictionary<string, string?> { [another ?? setting] = its ?? value };

        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queues(["urgent", "normal"]), settings: settings));

        Assert.Contains(setting, refused.Message, StringComparison.Ordinal);
    }

    public interface IMissing;

    public sealed class Needy(IMissing missing)
    {
        public IMissing Missing => missing;
    }

    [JobType("needy")]
    private sealed class NeedyProcessor(Needy needy) : JobProcessor<Step>
    {
        public override Task RunAsync(Step input, JobContext context) => Task.FromResult(needy);
    }

    [JobType("easy")]
    private sealed class EasyProcessor(
        ILogger<EasyProcessor> logger, IServiceProvider services, IEnumerable<IMissing> all, IMissing? missing = null) : JobProcessor<Step>
    {
        public override Task RunAsync(Step input, JobContext context) => Task.FromResult((logger, services, all, missing));
    }

    [Theory]
    [InlineData(false, nameof(Needy))]
    [InlineData(true, nameof(IMissing))]
    public async Task Start_ServiceOfAProcessorIsMissing_NamesBoth(bool hasNeedy, string named)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();

        InvalidOperationException missing = await Assert.ThrowsAsync<InvalidOperationException>(
            () => WorkerHost.StartAsync(orchestrator, builder =>
            {
                builder.Add<NeedyProcessor>();
                if (hasNeedy)
                {
                    builder.Services.AddScoped<Needy>();
                }
            }));

        Assert.Contains(nameof(NeedyProcessor), missing.Message, StringComparison.Ordinal);
        Assert.Contains($"wants {typeof(WorkerStartTests)}+{named}, which is not registered", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ProcessorThatTheContainerCanMake_IsTaken()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder =>
        {
            builder.Add<EasyProcessor>().Add<NeedyProcessor>();
            builder.Services.AddTransient(_ => new NeedyProcessor(new Needy(null!)));
        });

        await orchestrator.EndAsync(orchestrator.Jobs.Add("easy"));
        await orchestrator.EndAsync(orchestrator.Jobs.Add("needy"));
    }

    [Fact]
    public async Task Start_NoProcessor_Refuses()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();

        InvalidOperationException none = await Assert.ThrowsAsync<InvalidOperationException>(
            () => WorkerHost.StartAsync(orchestrator, builder => builder.Queue("steps")));

        Assert.Contains("no processor", none.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\nb")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(null)]
    public async Task Start_NameThatNoQueueHas_Refuses(string? queue)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(
            () => WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Queue(queue!, 1)));

        Assert.Contains("cannot be the name of a queue", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Queues_MoreThanOneRequestTakes_AreRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection().AddJobWorker(
            worker => worker.Queues([.. Enumerable.Range(0, 101).Select(number => $"q{number}")])));

    [Fact]
    public async Task Start_QueueNamedTwice_Refuses()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();

        InvalidOperationException twice = await Assert.ThrowsAsync<InvalidOperationException>(
            () => WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Queue("a", 1).Queues(["b", "a"], 1)));

        Assert.Contains("\"a\" is named twice", twice.Message, StringComparison.Ordinal);
    }
}
