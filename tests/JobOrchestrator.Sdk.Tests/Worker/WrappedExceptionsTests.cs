using System.Reflection;
using JobOrchestrator.Sdk.Testing;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>A processor that blocks on tasks, or calls by reflection, throws what it waited for in a wrapping.</summary>
public sealed class WrappedExceptionsTests
{
    private static readonly JobFailedPermanentlyException Final =
        new("No such printer.") { ErrorType = "/problems/printer", ErrorStatus = 410 };

    public static TheoryData<string> Wrappings => new("wait", "result", "several", "nested", "reflection");

    [Theory]
    [MemberData(nameof(Wrappings))]
    public async Task FinalFailure_Wrapped_IsFinal(string wrapping)
    {
        await using var test = new JobTest<WrappingProcessor>();

        JobTestRun run = await test.RunAsync(wrapping);

        Assert.Equal(JobTestOutcome.FailedPermanently, run.Outcome);
        Assert.Equal(("No such printer.", "/problems/printer", 410), (run.Error!.Title, run.Error.Type, run.Error.Status));
    }

    /// <summary>It was a failure, which of a job without retries left was the end.</summary>
    [Theory]
    [InlineData("cancelled")]
    [InlineData("both cancelled")]
    public async Task Cancellation_Wrapped_GivesTheJobBackAtAShutdown(string wrapping)
    {
        await using var test = new JobTest<WrappingProcessor>();

        JobTestRun stopped = test.Start(wrapping);
        stopped.EndShutdown();
        await stopped.Ended;
        JobTestRun lost = test.Start(wrapping);
        lost.LoseLease();
        await lost.Ended;

        Assert.Equal((JobTestOutcome.Released, JobTestOutcome.LeaseLost), (stopped.Outcome, lost.Outcome));
    }

    [Fact]
    public async Task Failure_Wrapped_IsToldByItsOwnWordsAndTriedAgain()
    {
        await using var test = new JobTest<WrappingProcessor>();

        JobTestRun one = await test.RunAsync("failed");
        JobTestRun two = await test.RunAsync("two failed");
        JobTestRun none = await test.RunAsync("nothing in it");

        Assert.Equal((JobTestOutcome.Failed, "The printer burns."), (one.Outcome, one.Error!.Title));
        Assert.Contains("InvalidOperationException", one.Error.Detail!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.IsType<AggregateException>(one.Exception);
        Assert.Contains("(The printer burns.) (No paper.)", two.Error!.Title, StringComparison.Ordinal);
        Assert.Equal(JobTestOutcome.Failed, none.Outcome);
    }

    /// <summary>A timeout beside the stop is the work's own.</summary>
    [Fact]
    public async Task Cancellation_BesideAFailure_IsAFailure()
    {
        await using var test = new JobTest<WrappingProcessor>();

        JobTestRun run = test.Start("cancelled and failed");
        run.EndShutdown();
        await run.Ended;

        Assert.Equal(JobTestOutcome.Failed, run.Outcome);
    }

    [JobType("wrapping")]
    internal sealed class WrappingProcessor : JobProcessor<string, int>
    {
        private static readonly Exception Burns = new InvalidOperationException("The printer burns.");
        private static readonly Exception Empty = new IOException("No paper.");

#pragma warning disable CA1849, RS0030, xUnit1031 // Blocking is what this is about.
        public override Task<int> RunAsync(string input, JobContext context)
        {
            switch (input)
            {
                case "wait":
                    Task.FromException(Final).Wait();
                    break;
                case "result":
                    return Task.FromResult(Task.FromException<int>(Final).Result);
                case "several":
                    Task.WaitAll(Task.FromException(Empty), Task.FromException(Final));
                    break;
                case "nested":
                    throw new AggregateException(new AggregateException(new TargetInvocationException(Final)));
                case "reflection":
                    typeof(WrappingProcessor).GetMethod(nameof(Throw), BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, null);
                    break;
                case "cancelled":
                    Task.Delay(Timeout.Infinite, context.CancellationToken).Wait();
                    break;
                case "both cancelled":
                    Task.WaitAll(
                        Task.Delay(Timeout.Infinite, context.CancellationToken), Task.Delay(Timeout.Infinite, context.CancellationToken));
                    break;
                case "cancelled and failed":
                    Task.WaitAll(Task.Delay(Timeout.Infinite, context.CancellationToken), Task.FromException(Burns));
                    break;
                case "failed":
                    Task.FromException(Burns).Wait();
                    break;
                case "two failed":
                    Task.WaitAll(Task.FromException(Burns), Task.FromException(Empty));
                    break;
                case "nothing in it":
                    throw new AggregateException();
            }

            return Task.FromResult(0);
        }
#pragma warning restore CA1849, RS0030, xUnit1031

        private static void Throw() => throw Final;
    }
}
