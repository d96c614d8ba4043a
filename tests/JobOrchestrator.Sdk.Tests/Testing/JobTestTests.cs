using JobOrchestrator.Sdk.Testing;

namespace JobOrchestrator.Sdk.Tests.Testing;

public sealed class JobTestTests
{
    [Fact]
    public async Task Run_ProcessorReturns_ItsResultIsReadBackFromJson()
    {
        await using var test = new JobTest<Walker>();

        JobTestRun run = await test.RunAsync(new Walk(3));

        Assert.Equal((JobTestOutcome.Completed, 3), (run.Outcome, run.ReadResult<int>()));
        Assert.Equal([33, 67, 100], run.Progress.Select(progress => Math.Round(progress.Percent!.Value)));
        Assert.Equal((3, 3), (run.CheckpointCount, run.ReadCheckpoint<int>()));
    }

    [Fact]
    public async Task Run_FromACheckpoint_GoesOnFromThere()
    {
        await using var test = new JobTest<Walker>();

        JobTestRun run = await test.RunAsync(new Walk(3), attempt: 2, checkpoint: 2);

        Assert.Equal([100], run.Progress.Select(progress => progress.Percent!.Value));
    }

    [Theory]
    [InlineData(-1, JobTestOutcome.FailedPermanently)]
    [InlineData(1_000, JobTestOutcome.Failed)]
    public async Task Run_ProcessorThrows_SaysWhetherAnotherAttemptCanHelp(int steps, JobTestOutcome expected)
    {
        await using var test = new JobTest<Walker>();

        JobTestRun run = await test.RunAsync(new Walk(steps));

        Assert.Equal(expected, run.Outcome);
        Assert.Equal(run.Exception!.Message, run.Error!.Title);
    }

    [Fact]
    public async Task Run_InputOfAnotherShape_FailsForGood()
    {
        await using var test = new JobTest<Walker>();

        Assert.Equal(JobTestOutcome.FailedPermanently, (await test.RunAsync("not a walk")).Outcome);
        Assert.Equal(JobTestOutcome.FailedPermanently, (await test.RunAsync(null)).Outcome);
    }

    [Fact]
    public async Task Start_Cancelled_IsReleasedByAProcessorThatObeys()
    {
        await using var test = new JobTest<Walker>();
        JobTestRun run = test.Start(new Walk(5, PauseSeconds: 60));
        await test.Clock.TimerSetAsync();
        Assert.Equal(JobTestOutcome.Running, run.Outcome);

        run.RequestCancel();
        await run.Ended;

        Assert.Equal((JobTestOutcome.Released, 1), (run.Outcome, run.CheckpointCount));
    }

    [Fact]
    public async Task Start_LeaseLost_ReportsNothing()
    {
        await using var test = new JobTest<Walker>();
        JobTestRun run = test.Start(new Walk(5, PauseSeconds: 60));
        await test.Clock.TimerSetAsync();

        run.LoseLease();
        await run.Ended;

        Assert.Equal(JobTestOutcome.LeaseLost, run.Outcome);
    }

    [Fact]
    public async Task Start_ManualClock_MovesTheProcessorsTime()
    {
        await using var test = new JobTest<Walker>();
        JobTestRun run = test.Start(new Walk(2, PauseSeconds: 3600));

        for (int step = 0; step < 2; step++)
        {
            await test.Clock.TimerSetAsync();
            test.Clock.Advance(TimeSpan.FromHours(1));
        }

        await run.Ended;
        Assert.Equal(JobTestOutcome.Completed, run.Outcome);
    }

    [Fact]
    public async Task Run_Dependencies_ComeFromAScopeOfTheAttempt()
    {
        var made = new List<Shoes>();
        await using var test = new JobTest<Walker>(services => services.AddScoped(_ =>
        {
            made.Add(new Shoes());
            return made[^1];
        }));

        await test.RunAsync(new Walk(1));
        await test.RunAsync(new Walk(1));

        Assert.Equal([true, true], made.Select(shoes => shoes.IsDisposed));
    }

    private sealed record Walk(int Steps, int PauseSeconds = 0);

    private sealed class Shoes : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    [JobType("walk")]
    private sealed class Walker(TimeProvider time, IServiceProvider services) : JobProcessor<Walk, int>
    {
        public override async Task<int> RunAsync(Walk input, JobContext context)
        {
            services.GetService<Shoes>();
            int steps = input.Steps switch
            {
                < 0 => throw new JobFailedPermanentlyException("Nobody walks backwards."),
                > 100 => throw new InvalidOperationException("Too tired."),
                _ => input.Steps,
            };
            for (int step = context.LoadCheckpoint<int>() + 1; step <= steps; step++)
            {
                context.ReportProgress(100.0 * step / steps);
                await context.SaveCheckpointAsync(step);
                if (input.PauseSeconds > 0)
                {
                    await Task.Delay(TimeSpan.FromSeconds(input.PauseSeconds), time, context.CancellationToken);
                }
            }

            return steps;
        }
    }
}
