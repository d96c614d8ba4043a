using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>
/// Works a job by running a program: the input on its standard input, the result from its standard output as JSON (a text where it is
/// none), lines <c>progress 40 message</c> on its standard error as progress, the end of its standard error as the reason of a failure.
/// </summary>
/// <param name="line">The program.</param>
/// <param name="tally">Whom to tell.</param>
internal sealed class ProgramProcessor(ProgramLine line, WorkTally tally) : JobProcessor<JsonElement, JsonElement?>
{
    private const int TermSignal = 15;
    private const int ReasonMax = 500;

    // More than the orchestrator takes: to hold it would only cost memory.
    private const int OutputMax = 16 * 1024 * 1024;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public override async Task<JsonElement?> RunAsync(JsonElement input, JobContext context)
    {
        if (!tally.MayBegin())
        {
            throw new OperationCanceledException("Enough was worked; the job is given back.");
        }

        long began = Stopwatch.GetTimestamp();
        string? fault = "stopped";
        try
        {
            string output = await RunAsync(context, input.ValueKind == JsonValueKind.Undefined ? "" : input.GetRawText());
            fault = null;
            return ResultOf(output);
        }
        catch (Exception exception)
        {
            fault = exception.Message;
            throw;
        }
        finally
        {
            tally.Ended(context.Job, Stopwatch.GetElapsedTime(began), fault);
        }
    }

    private async Task<string> RunAsync(JobContext context, string input)
    {
        using Process process = Start(context, input);
        using CancellationTokenRegistration stop = context.CancellationToken.Register(() => Terminate(process));
        var output = new StringBuilder();
        var lastWords = new LastWords(ReasonMax);
        var reading = Task.WhenAll(
            ReadAsync(process.StandardOutput, output),
            ReadErrorsAsync(process.StandardError, context, lastWords),
            WriteAsync(process, input));
        await process.WaitForExitAsync(CancellationToken.None);
        await reading;
        context.CancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? output.ToString()
            : throw new InvalidOperationException(
                lastWords.Text is { Length: > 0 } said
                    ? said
                    : string.Create(CultureInfo.InvariantCulture, $"{line.Program} ended with exit code {process.ExitCode}."));
    }

    private Process Start(JobContext context, string input)
    {
        var start = new ProcessStartInfo(line.Program, line.ArgumentsFor(context.Job, input))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["JOB_ID"] = context.JobId;
        start.Environment["JOB_TYPE"] = context.Job.Type;
        start.Environment["JOB_QUEUE"] = context.Queue;
        start.Environment["JOB_ATTEMPT"] = context.Attempt.ToString(CultureInfo.InvariantCulture);

        // Who runs here for others' jobs gets no key to act for the worker.
        start.Environment.Remove(Surroundings.KeyVariable);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"{line.Program} cannot be started: {exception.Message}", exception);
        }
    }

    private static async Task WriteAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program that does not read its input: fine.
        }
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder into)
    {
        char[] part = new char[8_192];
        for (int read; (read = await from.ReadAsync(part)) > 0;)
        {
            if (into.Length + read <= OutputMax)
            {
                into.Append(part, 0, read);
            }
        }
    }

    private static async Task ReadErrorsAsync(StreamReader from, JobContext context, LastWords lastWords)
    {
        while (await from.ReadLineAsync() is { } said)
        {
            if (ProgressLine.TryRead(said, out double? percent, out string? message))
            {
                context.ReportProgress(percent, message);
            }
            else
            {
                lastWords.Add(said);
            }
        }
    }

    private static JsonElement? ResultOf(string output)
    {
        string text = output.Trim();
        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text, CliJson.Default.String);
        }
    }

    /// <summary>Asks the program to end, and ends it when it does not.</summary>
    private static void Terminate(Process process)
    {
        try
        {
            if (OperatingSystem.IsWindows() || Kill(process.Id, TermSignal) != 0)
            {
                process.Kill(entireProcessTree: true);
                return;
            }

            _ = EndAsync(process);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static async Task EndAsync(Process process)
    {
        try
        {
            using var patience = new CancellationTokenSource(Grace);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended, and was disposed of.
        }
    }

#pragma warning disable SYSLIB1054 // Made source needs code that is not checked; this call is two numbers.
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
#pragma warning restore SYSLIB1054
}
