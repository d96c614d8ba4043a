using JobOrchestrator.Sdk;
using TestSupport;

namespace JobOrchestrator.Tests.Sdk;

/// <summary>A worker of the SDK at the service itself.</summary>
public sealed class WorkerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [JobType("charge", Queue = "charges")]
    public sealed record Charge(int Amount) : IJob<string>;

    public sealed class ChargeProcessor : JobProcessor<Charge, string>
    {
        public override async Task<string> RunAsync(Charge input, JobContext context)
        {
            await context.SaveCheckpointAsync(new { charged = input.Amount });
            return input.Amount <= 100
                ? $"charged {input.Amount}"
                : throw new JobFailedPermanentlyException("No money.")
                {
                    ErrorType = "/problems/no-money",
                    ErrorStatus = 402,
                    Detail = new { missing = input.Amount - 100 }
                };
        }
    }

    [Fact]
    public async Task Run_AtTheService_ReturnsResultsAndThrowsErrorsWithTheirStatus()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        host.Connect(builder.Services);
        builder.Services.AddJobWorker(worker => worker.Add<ChargeProcessor>());
        using IHost worker = builder.Build();
        await worker.StartAsync();

        string charged = await host.Client.RunAsync(new Charge(60)).WaitAsync(Deadline);
        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(
            () => host.Client.RunAsync(new Charge(160)).WaitAsync(Deadline));
        await worker.StopAsync();

        Assert.Equal("charged 60", charged);
        Assert.Equal(("No money.", "/problems/no-money", 402), (failure.Error!.Title, failure.Error.Type, failure.Error.Status));
        Assert.Equal("""{"missing":60}""", failure.Error.Detail!.Value.GetRawText());
        Assert.Equal("""{"charged":160}""", failure.Job.State!.Value.GetRawText());
    }

    /// <summary>Both pools ask under one name, each for its own queue.</summary>
    [Fact]
    public async Task Worker_OfTwoPools_IsSeenAsOneWithItsVersionAndAllItsSlots()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        host.Connect(builder.Services);
        builder.Services.AddJobWorker(worker => worker.Add<ChargeProcessor>().Queue("charges", 3).Queue("others", 2).Configure(options =>
        {
            options.Name = "w-1";
            options.Version = "1.4.2";
        }));
        using IHost worker = builder.Build();
        await worker.StartAsync();

        JobKnownWorker? seen = null;
        await Eventually.TrueAsync(
            async () =>
            {
                seen = (await host.Operations.WorkersAsync()).Workers.SingleOrDefault();
                return seen?.Queues.Count == 2;
            },
            "both pools ask");
        await worker.StopAsync();

        Assert.Equal(("w-1", "1.4.2", 5, 0, false), (seen!.Name, seen.Version, seen.Slots, seen.Running, seen.Silent));
        Assert.Equal(["charges", "others"], seen.Queues);
        Assert.Equal(["charge"], seen.Types);
    }

    [JobType("talkative", Queue = "charges")]
    public sealed record Talk(string Type, int DetailLength) : IJob<string>;

    public sealed class TalkProcessor : JobProcessor<Talk, string>
    {
        public override Task<string> RunAsync(Talk input, JobContext context) =>
            throw new JobFailedPermanentlyException("Too much.")
            {
                ErrorType = input.Type,
                ErrorStatus = 507,
                Detail = new string('x', input.DetailLength)
            };
    }

    [Theory]
    [InlineData("/problems/talk", 300_000, "/problems/talk", "\"Left out: it has 300002 bytes. At most 262144 are kept.\"")]
    [InlineData("", 3, "about:blank", "\"xxx\"")]
    public async Task Error_MoreThanTheServiceTakes_IsReportedWithoutTheRest(
        string type, int detailLength, string keptType, string keptDetail)
    {
        await using SdkHost host = await SdkHost.StartAsync();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        host.Connect(builder.Services);
        builder.Services.AddJobWorker(worker => worker.Add<TalkProcessor>());
        using IHost worker = builder.Build();
        await worker.StartAsync();

        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(
            () => host.Client.RunAsync(new Talk(type, detailLength)).WaitAsync(Deadline));
        await worker.StopAsync();

        Assert.Equal(
            ("Too much.", keptType, 507, keptDetail),
            (failure.Error!.Title, failure.Error.Type, failure.Error.Status, failure.Error.Detail?.GetRawText()));
        Assert.Equal(JobAttemptOutcome.Failed, Assert.Single(failure.Job.Attempts).Outcome);
    }

    [Fact]
    public async Task Attempts_CrashAndError_AreToldApart()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        Job job = await host.Client.EnqueueAsync(
            new Charge(1), new JobOptions { Queue = "default", MaxRetries = 5, Backoff = JobBackoff.Fixed(TimeSpan.Zero) });
        (Core.JobId id, string? silent) = await host.Api.LeaseAsync();
        await host.Api.AdvanceAsync(TimeSpan.FromSeconds(30));
        (Core.JobId _, string? token) = await host.Api.LeaseAsync();
        await host.Api.PostAsync($"/jobs/{id}/fail", $$"""{"leaseToken":"{{token}}","error":"Boom"}""");
        await host.Api.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{silent}}"}""");

        IReadOnlyList<JobAttempt> attempts = (await host.Client.GetAsync(job.Id))!.Attempts;

        Assert.Equal(
            [(1, JobAttemptOutcome.LeaseLost), (2, JobAttemptOutcome.Failed), (1, JobAttemptOutcome.Refused)],
            attempts.Select(attempt => (attempt.Number, attempt.Outcome!.Value)));
        Assert.Equal("Boom", attempts[1].Error);
    }
}
