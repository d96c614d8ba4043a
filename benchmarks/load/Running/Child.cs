using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;

namespace Load;

/// <summary>A process that is driven, or drives.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;

    private Child(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    public string Name { get; }

    /// <param name="name">What it is called in the results.</param>
    /// <param name="dll">Its program.</param>
    /// <param name="workingFolder">Where it runs.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="environment">Beside ours.</param>
    public static Child Start(
        string name, string dll, string workingFolder, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo("dotnet", [dll, .. arguments])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_STARTUP_HOOKS"] = typeof(Child).Assembly.Location },
        };
        foreach ((string variable, string value) in environment)
        {
            start.Environment[variable] = value;
        }

        Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, line) => Tell(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new Child(name, process);
    }

    public async Task<Usage> UsageAsync()
    {
        _process.Refresh();
        TimeSpan cpu = _process.TotalProcessorTime;
        await using var pipe = new NamedPipeClientStream(".", StartupHook.PipeOf(_process.Id), PipeDirection.In);
        await pipe.ConnectAsync();
        using var reader = new StreamReader(pipe);
        string[] said = (await reader.ReadLineAsync() ?? throw new IOException($"{Name} does not say what it has used.")).Split(' ');
        return new Usage(
            cpu,
            long.Parse(said[0], CultureInfo.InvariantCulture),
            TimeSpan.FromTicks(long.Parse(said[1], CultureInfo.InvariantCulture)),
            _process.WorkingSet64,
            SharedBytes());
    }

    /// <summary>Ends it as a crash would.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();

        // A killed process leaves its pipe's name behind.
        File.Delete(Path.Combine(Path.GetTempPath(), $"CoreFxPipe_{StartupHook.PipeOf(_process.Id)}"));
        _process.Dispose();
    }

    private long SharedBytes()
    {
        const string Member = "Shared_Clean:";
        string maps = $"/proc/{_process.Id}/smaps_rollup";
        IEnumerable<string> lines = File.Exists(maps) ? File.ReadLines(maps) : [];
        return lines.FirstOrDefault(line => line.StartsWith(Member, StringComparison.Ordinal)) is { } shared
            ? 1024 * long.Parse(shared[Member.Length..^"kB".Length], CultureInfo.InvariantCulture)
            : 0;
    }

    private static void Tell(string? line)
    {
        if (line is not null)
        {
            Console.Error.WriteLine(line);
        }
    }
}
