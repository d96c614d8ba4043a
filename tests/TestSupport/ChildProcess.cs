using System.Collections.Immutable;
using System.Diagnostics;

namespace TestSupport;

/// <summary>A process that a test started: its output, line by line, and its end.</summary>
/// <remarks>Disposing kills the process and all it started.</remarks>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;

    // Guards _lines and _moreOutput: standard output and standard error arrive on two threads.
    private readonly Lock _lock = new();
    private ImmutableList<string> _lines = [];
    private TaskCompletionSource _moreOutput = NewSignal();

    private ChildProcess(ProcessStartInfo startInfo)
    {
        _process = new Process { StartInfo = startInfo };
        _process.OutputDataReceived += (_, line) => Collect(line.Data);
        _process.ErrorDataReceived += (_, line) => Collect(line.Data);
        _process.Start();
        Id = _process.Id;
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The process id.</summary>
    public int Id { get; }

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it has written so far to standard output and standard error, in order of arrival.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return _lines;
            }
        }
    }

    /// <summary>All output as one text, for failure messages.</summary>
    public string Output => string.Join(Environment.NewLine, Lines);

    /// <summary>Starts a process with its input closed and its output collected.</summary>
    /// <param name="fileName">The program.</param>
    /// <param name="arguments">Its arguments, handed over as they are.</param>
    /// <param name="environment">Variables set (or, by null, removed) on top of this process's own.</param>
    /// <param name="workingDirectory">Where it runs; this process's own folder when null.</param>
    public static ChildProcess Start(
        string fileName,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>>? environment = null,
        string? workingDirectory = null)
    {
        var startInfo = new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach ((string? name, string? value) in environment ?? [])
        {
            startInfo.Environment[name] = value;
        }

        return new ChildProcess(startInfo);
    }

    /// <summary>Waits until a line of output fulfils a condition, and returns it; lines already written count.</summary>
    /// <param name="accept">The condition.</param>
    /// <param name="within">How long to wait; 30 s when null.</param>
    /// <exception cref="TimeoutException">No such line in time; the message holds the output.</exception>
    /// <exception cref="InvalidOperationException">The process ended without such a line.</exception>
    public async Task<string> WaitForLineAsync(Func<string, bool> accept, TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(30));
        Task ended = _process.WaitForExitAsync(CancellationToken.None);
        int seen = 0;
        while (true)
        {
            // Asked before looking: once it is true, the lines looked at are all there will ever be.
            bool isOver = ended.IsCompleted;
            ImmutableList<string> lines;
            Task more;
            lock (_lock)
            {
                (lines, more) = (_lines, _moreOutput.Task);
            }

            for (; seen < lines.Count; seen++)
            {
                if (accept(lines[seen]))
                {
                    return lines[seen];
                }
            }

            if (isOver)
            {
                throw new InvalidOperationException($"Ended with {_process.ExitCode} without the line:\n{Output}");
            }

            try
            {
                await Task.WhenAny(more, ended).WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The line was not written in time:\n{Output}");
            }
        }
    }

    /// <summary>Waits until the process has ended and all its output is in, and returns the exit code.</summary>
    /// <param name="within">How long to wait; 30 s when null.</param>
    /// <exception cref="TimeoutException">It was still running; the message holds the output.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan? within = null)
    {
        try
        {
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(within ?? TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Process {Id} did not end in time:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Kills this process alone, as <c>kill -9</c> does; what it started lives on.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Kills this process and all that it started.</summary>
    public void KillTree() => _process.Kill(entireProcessTree: true);

    /// <summary>Sends a signal to this process alone. Not on Windows.</summary>
    public void Send(Signal signal) => signal.SendTo(Id);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        KillTree();
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private void Collect(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            _lines = _lines.Add(line);
            _moreOutput.TrySetResult();
            _moreOutput = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
