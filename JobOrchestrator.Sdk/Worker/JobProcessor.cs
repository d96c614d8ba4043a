using System.Reflection;
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
        TInput? input;
        try
        {
            input = DeclaredJson.Read<TInput>(job.Input, json);
        }
        catch (Exception exception)
        {
            // Whatever reading throws (the constructor of an input is code as well), it would throw again.
            throw new JobFailedPermanentlyException(
                $"The input does not fit: {Describe(exception, DeclaredJson.IsPolymorphic(typeof(TInput), json))}",
                exception)
            { ErrorType = InputError, ErrorStatus = 422 };
        }

        // A struct that is not there is read as nothing but zeroes, which nobody has asked for; but for one that says by itself that it is
        // nothing, or that needs nothing.
        return (job.Input is not null || NeedsNothing(typeof(TInput))) && input is not null
            ? input
            : throw new JobFailedPermanentlyException($"The job has no input; {typeof(TInput).Name} was expected.")
            {
                ErrorType = InputError,
                ErrorStatus = 422
            };
    }

    private static bool NeedsNothing(Type input) =>
        input == typeof(JsonElement)
        || (input.IsValueType && input.GetProperties(BindingFlags.Public | BindingFlags.Instance).Length == 0
            && !input.IsPrimitive && !input.IsEnum && input.Namespace != nameof(System));

    /// <exception cref="JobFailedPermanentlyException">
    /// It cannot be JSON (a cycle, a number that is none, a type of no value); to do the work again would end in the same.
    /// </exception>
    private protected static JsonElement? WriteResult<TResult>(TResult result, JsonSerializerOptions json)
    {
        try
        {
            return PayloadJson.Write(result, json);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new JobFailedPermanentlyException($"The result cannot be written as JSON: {exception.Message}", exception);
        }
    }

    /// <summary>The caller's words: where in the input, not which .NET type it would have become.</summary>
    private static string Describe(Exception exception, bool isNamed) => exception switch
    {
        JsonException json => Describe(json),
        NotSupportedException when isNamed => "it does not say which of the kinds that this type of job takes it is (\"$type\").",
        _ => "it is not what this type of job takes.",
    };

    private static string Describe(JsonException exception)
    {
        string path = exception.Path is null or "" ? "$" : exception.Path;
        string place = path == "$" ? "it" : $"the value at {path}";

        // The serializer's sentences name .NET types; what is of use in them is taken out.
        return exception.Message switch
        {
            var text when text.IndexOf(MissingWords, StringComparison.Ordinal) is >= 0 and var at =>
                $"{place} lacks {MissingIn(text[(at + MissingWords.Length)..])}.",
            var text when text.Contains("doesn't allow null values", StringComparison.Ordinal) => $"{place} must not be null.",
            _ when path == "$" => "it is of another shape than this type of job takes.",
            _ => $"the value at {path} is of another kind than this type of job takes.",
        };
    }

    private static string MissingIn(string text) => text.Split(" Path:")[0].TrimEnd(' ', '.', '|');

    private const string MissingWords = "missing required properties including: ";

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
        WriteResult(await RunAsync(ReadInput<TInput>(context.Job, json), context), json);
}
