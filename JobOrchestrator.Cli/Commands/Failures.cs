using System.Net;
using System.Text.Json;
using JobOrchestrator.Sdk;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Cli;

/// <summary>What a failure says to people, and with what number the program ends.</summary>
internal static class Failures
{
    /// <summary>Says what went wrong.</summary>
    /// <returns>With what to end.</returns>
    public static int Tell(Exception exception, Messages messages, Interruption interruption)
    {
        if (exception is OperationCanceledException && interruption.Token.IsCancellationRequested)
        {
            messages.Say("Stopped. No job was cancelled by it: what was submitted goes on.");
            return interruption.Code;
        }

        // Whoever read the results has left, as head does: that is no fault.
        if (exception is IOException && exception is not (FileNotFoundException or DirectoryNotFoundException) && IsBrokenPipe(exception))
        {
            return ExitCode.Done;
        }

        if (exception is QueryFaultException fault)
        {
            fault.Tell(messages);
            return ExitCode.Usage;
        }

        (int code, string text) = Read(exception);
        messages.Fail(text);
        return code;
    }

    /// <summary>The number and the words of one failure.</summary>
    public static (int Code, string Text) Read(Exception exception) => exception switch
    {
        UsageException => (ExitCode.Usage, FirstLine(exception.Message)),
        ArgumentException odd => (ExitCode.Usage, FirstLine(WithoutName(odd))),
        OptionsValidationException odd => (ExitCode.Usage, FirstLine(string.Join(' ', odd.Failures))),
        UnknownJobException => (ExitCode.NotFound, exception.Message),
        JobNotFoundException missing => (
            ExitCode.NotFound,
            missing.Status == HttpStatusCode.Gone ? $"Job {missing.JobId} has been forgotten." : $"There is no job {missing.JobId}."),
        DuplicateJobException taken => (
            ExitCode.Otherwise,
            $"{taken.Message}{(taken.HolderId is { } holder ? $" It is job {holder}." : "")} See --on-duplicate."),
        JobOrchestratorUnavailableException { MayHaveBeenCarriedOut: true } away => (
            ExitCode.Unknown, $"{away.Message} It may have been done, or not: look before you repeat it."),
        JobOrchestratorUnavailableException away => (ExitCode.Away, $"{away.Message} Nothing was done."),
        JobFailedException failed => (ExitCode.Failed, failed.Message),
        JobCancelledException cancelled => (ExitCode.Cancelled, cancelled.Message),
        JobOrchestratorException refused => (CodeOf(refused.Status), TextOf(refused)),
        JsonException odd => (ExitCode.Usage, $"That is no JSON: {FirstLine(odd.Message)}"),
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or IOException =>
            (ExitCode.Usage, FirstLine(exception.Message)),
        OperationCanceledException => (ExitCode.Away, "The orchestrator did not answer in time."),
        _ => (ExitCode.Away, $"{exception.GetType().Name}: {FirstLine(exception.Message)}"),
    };

    private static int CodeOf(HttpStatusCode? status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ExitCode.NotAllowed,
        HttpStatusCode.NotFound or HttpStatusCode.Gone => ExitCode.NotFound,
        HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => ExitCode.Otherwise,
        HttpStatusCode.GatewayTimeout => ExitCode.Unknown,
        >= HttpStatusCode.InternalServerError or null => ExitCode.Away,
        _ => ExitCode.Usage,
    };

    private static string TextOf(JobOrchestratorException refused)
    {
        string text = refused.Problem is { } problem
            ? string.Join(' ', new[] { problem.Title, problem.Detail }.Where(part => part is not null))
            : refused.Message;
        string hint = refused.Status == HttpStatusCode.Unauthorized ? $" Set {Surroundings.KeyVariable}, or give --key." : "";
        string first = FirstLine(text);
        return first + hint + Members(refused.Problem?.Errors, first);
    }

    /// <summary>Which members were at fault, by their places; what was said already is not said again.</summary>
    private static string Members(JsonElement? errors, string said) =>
        errors is not { ValueKind: JsonValueKind.Object } places
            ? ""
            : string.Concat(places.EnumerateObject().Take(4)
                .Select(place => $" {place.Name}: {(place.Value.ValueKind == JsonValueKind.Array
                    ? string.Join(' ', place.Value.EnumerateArray().Select(one => one.ToString()))
                    : place.Value.ToString())}")
                .Where(place => !said.Contains(place.TrimStart(), StringComparison.Ordinal)));

    private static bool IsBrokenPipe(Exception exception) =>
        exception.Message.Contains("pipe", StringComparison.OrdinalIgnoreCase)
        || exception.InnerException is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.Shutdown };

    /// <summary>Without the name that the value has inside of the library.</summary>
    private static string WithoutName(ArgumentException odd) =>
        odd.ParamName is { } name ? odd.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : odd.Message;

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r');
}
