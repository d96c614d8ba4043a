using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Sdk;

/// <summary>Runs a processor for one attempt, in a scope of its own. Whatever the processor does, this returns how it ended.</summary>
internal sealed partial class AttemptRunner(IServiceScopeFactory scopes, TimeProvider time, ILoggerFactory loggers)
{
    // The orchestrator refuses values over 256 KiB; a title is one line.
    private const int TitleMax = 1_000;

    public async Task<AttemptEnd> RunAsync(ProcessorRegistration registration, JobContext context, JsonSerializerOptions json)
    {
        ILogger logger = loggers.CreateLogger(registration.Processor);
        using IDisposable? logScope = AttemptScope.Begin(logger, context.Job, registration.Definition.Name);
        using Activity? activity = AttemptActivity.Start(registration, context);
        var tags = new TagList { { "queue", context.Queue }, { "type", registration.Definition.Name } };
        long started = time.GetTimestamp();
        SdkTelemetry.AttemptsRunning.Add(1, new KeyValuePair<string, object?>("queue", context.Queue));
        try
        {
            AttemptEnd end = await ProcessInScopeAsync(registration, context, json, logger);
            tags.Add("outcome", end.Word);
            activity?.SetTag("joborchestrator.outcome", end.Word);
            if (end is AttemptEnd.Failed failed)
            {
                activity?.SetStatus(ActivityStatusCode.Error, failed.Error.Title);
            }

            return end;
        }
        finally
        {
            SdkTelemetry.AttemptsRunning.Add(-1, new KeyValuePair<string, object?>("queue", context.Queue));
            SdkTelemetry.AttemptDuration.Record(time.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    /// <summary>
    /// What is thrown when the scope ends fails an attempt that had succeeded, for what was to be written then may not be; of one that had
    /// ended otherwise it is only logged.
    /// </summary>
    private async Task<AttemptEnd> ProcessInScopeAsync(
        ProcessorRegistration registration, JobContext context, JsonSerializerOptions json, ILogger logger)
    {
        AttemptEnd? end = null;
        try
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            return end = await ProcessAsync(scope.ServiceProvider, registration, context, json);
        }
        catch (Exception exception)
        {
            if (end is null or AttemptEnd.Completed)
            {
                return Failed(exception);
            }

            try
            {
                NotDisposed(logger, exception, context.JobId);
            }
            catch (Exception)
            {
                // How the attempt ended is to be reported all the same.
            }

            return end;
        }
    }

    private static async Task<AttemptEnd> ProcessAsync(
        IServiceProvider services, ProcessorRegistration registration, JobContext context, JsonSerializerOptions json)
    {
        try
        {
            var processor = (JobProcessor)services.GetRequiredService(registration.Processor);
            return new AttemptEnd.Completed(await processor.ProcessAsync(context, json));
        }
        catch (Exception exception)
        {
            // The one place where everything is caught: an attempt's error is the job's, never the worker's.
            return EndBy(exception, context, json);
        }
    }

    private static AttemptEnd EndBy(Exception thrown, JobContext context, JsonSerializerOptions json) => Cause(thrown) switch
    {
        OperationCanceledException when context.StopReason == JobStopReason.LeaseLost => new AttemptEnd.Lost(),
        OperationCanceledException
            when context.StopReason != JobStopReason.None
                || context.CancellationToken.IsCancellationRequested
                || context.StoppingToken.IsCancellationRequested => new AttemptEnd.Released(),
        JobFailedPermanentlyException final => new AttemptEnd.Failed(
            new ReportedError(Title(final), final.ErrorType, DetailOf(final, json), final.ErrorStatus),
            Retry: false,
            thrown),
        _ => Failed(thrown),
    };

    /// <summary>
    /// What was meant by what was thrown: whoever blocks on a task, or calls by reflection, throws it wrapped. Of several a final failure
    /// counts; where several have failed otherwise, all of them are told of.
    /// </summary>
    private static Exception Cause(Exception thrown)
    {
        switch (thrown)
        {
            case TargetInvocationException { InnerException: { } inner }:
                return Cause(inner);
            case AggregateException { InnerExceptions.Count: > 0 } many:
                Exception[] causes = [.. many.InnerExceptions.Select(Cause)];
                return causes.FirstOrDefault(cause => cause is JobFailedPermanentlyException)
                    ?? (causes.Length == 1 || causes.All(cause => cause is OperationCanceledException) ? causes[0] : thrown);
            default:
                return thrown;
        }
    }

    private static AttemptEnd.Failed Failed(Exception thrown)
    {
        Exception cause = Cause(thrown);
        JsonElement kind = JsonSerializer.SerializeToElement(
            new Dictionary<string, string?> { ["exception"] = cause.GetType().FullName });
        return new AttemptEnd.Failed(new ReportedError(Title(cause), Detail: kind), Retry: true, thrown);
    }

    private static string Title(Exception exception) => MessageOf(exception) switch
    {
        null or "" => exception.GetType().Name,
        { Length: > TitleMax } message => message[..TitleMax],
        var message => message,
    };

    /// <summary>A message is code of whoever made the exception, and may itself throw or be null.</summary>
    private static string? MessageOf(Exception exception)
    {
        try
        {
            return exception.Message;
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static JsonElement? DetailOf(JobFailedPermanentlyException exception, JsonSerializerOptions json)
    {
        try
        {
            return PayloadJson.Write(exception.Detail, json);
        }
        catch (Exception unwritable)
        {
            // Members of it are code as well, and may throw anything.
            return JsonSerializer.SerializeToElement($"The detail could not be written as JSON: {MessageOf(unwritable)}");
        }
    }

    [LoggerMessage(
        EventId = 36, Level = LogLevel.Warning, Message = "Job {JobId}: what the attempt was made with could not be disposed of.")]
    private static partial void NotDisposed(ILogger logger, Exception exception, string jobId);
}
