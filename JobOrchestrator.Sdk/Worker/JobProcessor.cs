using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>
/// What every processor is. Derive from <see cref="JobProcessor{TInput}"/> or <see cref="JobProcessor{TInput, TResult}"/>.
/// </summary>
public abstract class JobProcessor
{
    private protected JobProcessor()
    {
    }

    /// <summary>Runs one attempt, from JSON to JSON.</summary>
    internal abstract Task<JsonElement?> ProcessAsync(JobContext context, JsonSerializerOptions json);

    /// <exception cref="JobFailedPermanentlyException">The input is missing or of another shape; trying again cannot help.</exception>
    private protected static TInput ReadInput<TInput>(Job job, JsonSerializerOptions json)
    {
        try
        {
            return job.ReadInput<TInput>(json)
                ?? throw new JobFailedPermanentlyException($"The job has no input; {typeof(TInput).Name} was expected.")
                {
                    ErrorType = InputError,
                    ErrorStatus = 422
                };
        }
        catch (JsonException exception)
        {
            throw new JobFailedPermanentlyException(
                $"The input does not fit: {Describe(exception)}",
                exception)
            { ErrorType = InputError, ErrorStatus = 422 };
        }
    }

    /// <summary>The caller's words: where in the input, not which .NET type it would have become.</summary>
    private static string Describe(JsonException exception) => exception.Path switch
    {
        null or "" or "$" => "it is of another shape than this type of job takes.",
        var path => $"the value at {path} is of another kind than this type of job takes.",
    };

    private const string InputError = "/problems/invalid-input";
}

/// <summary>
/// Works jobs of one type, one instance and one dependency injection scope for each attempt. Name the type with
/// <see cref="JobTypeAttribute"/>.
/// </summary>
/// <remarks>
/// An attempt that throws has failed and is tried again after the backoff, unless it throws <see cref="JobFailedPermanentlyException"/>.
/// A job may be run more than once (a worker can die right after its work): make the effects repeatable.
/// </remarks>
/// <typeparam name="TInput">What the job's input is read as.</typeparam>
public abstract class JobProcessor<TInput> : JobProcessor
{
    /// <summary>Does the work.</summary>
    /// <param name="input">The job's input.</param>
    /// <param name="context">The attempt: progress, checkpoints, cancellation.</param>
    public abstract Task RunAsync(TInput input, JobContext context);

    internal sealed override async Task<JsonElement?> ProcessAsync(JobContext context, JsonSerializerOptions json)
    {
        await RunAsync(ReadInput<TInput>(context.Job, json), context);
        return null;
    }
}

/// <typeparam name="TInput">What the job's input is read as.</typeparam>
/// <typeparam name="TResult">What the job's result is written from.</typeparam>
/// <inheritdoc cref="JobProcessor{TInput}"/>
public abstract class JobProcessor<TInput, TResult> : JobProcessor
{
    /// <summary>Does the work and returns the job's result.</summary>
    /// <param name="input">The job's input.</param>
    /// <param name="context">The attempt: progress, checkpoints, cancellation.</param>
    public abstract Task<TResult> RunAsync(TInput input, JobContext context);

    internal sealed override async Task<JsonElement?> ProcessAsync(JobContext context, JsonSerializerOptions json) =>
        PayloadJson.Write(await RunAsync(ReadInput<TInput>(context.Job, json), context), json);
}
