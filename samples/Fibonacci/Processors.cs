using JobOrchestrator.Sdk;
using Microsoft.Extensions.Logging;

namespace Fibonacci;

// snippet:fibonacci-processors
public sealed class LinearProcessor(Adder adder) : JobProcessor<LinearStep, long>
{
    public override Task<long> RunAsync(LinearStep input, JobContext context) => Task.FromResult(adder.Add(input, context));
}

public sealed class ExponentialProcessor(Adder adder) : JobProcessor<ExponentialStep, long>
{
    public override Task<long> RunAsync(ExponentialStep input, JobContext context) => Task.FromResult(adder.Add(input, context));
}
// end-snippet

/// <summary>What both processors do. It comes from the container, as any state that jobs share does.</summary>
public sealed partial class Adder(ILogger<Adder> logger)
{
    private const int FailsEvery = 12;
    private const int FailuresEach = 3;

    public long Add(IStep step, JobContext context)
    {
        // Now and then one fails, so that the pauses between attempts are seen.
        if (step.Number % FailsEvery <= 1 && context.Attempt <= FailuresEach)
        {
            Fails(logger, step.Number, context.Job.Type, context.Attempt);
            throw new InvalidOperationException($"Step {step.Number} does not work out yet.");
        }

        long sum = step.X + step.Y;
        Added(logger, step.Number, step.X, step.Y, sum, context.Attempt);
        return sum;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "step {Number}: {X} + {Y} = {Sum} (attempt {Attempt})")]
    private static partial void Added(ILogger logger, int number, long x, long y, long sum, int attempt);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "step {Number} ({Type}) fails attempt {Attempt}")]
    private static partial void Fails(ILogger logger, int number, string? type, int attempt);
}
