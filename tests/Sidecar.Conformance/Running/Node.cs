using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Sidecar.Conformance.Running;

/// <summary>Node.js and the packages of the <c>js</c> folder, where they are there.</summary>
internal static class Node
{
    public static string? Folder { get; } = FindFolder();

    /// <summary>Why nothing can be run; null when it can.</summary>
    public static string? Missing { get; } =
        Folder is null ? "The js folder of this suite is not beside its build."
        : !Directory.Exists(Path.Combine(Folder, "node_modules", "@dapr", "dapr"))
            ? "Dapr's JavaScript client is not installed: run 'npm ci' in tests/Sidecar.Conformance/js."
            : !IsInstalled() ? "Node.js is not installed."
            : null;

    /// <summary>Runs a script to its end; what it printed, and how it ended (null: not in time).</summary>
    public static async Task<(int? ExitCode, string Output)> RunAsync(string script, params int[] arguments)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { script },
        };
        foreach (int argument in arguments)
        {
            start.ArgumentList.Add(argument.ToString(CultureInfo.InvariantCulture));
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        int? exitCode = null;
        try
        {
            await process.WaitForExitAsync(limit.Token);
            exitCode = process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        return (exitCode, await output + await errors);
    }

    private static string? FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "js");
            if (File.Exists(Path.Combine(path, "check.mjs")))
            {
                return path;
            }
        }

        return null;
    }

    private static bool IsInstalled()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A test that needs Node.js and the packages, and says so where they are missing.</summary>
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Skip = External.Url is null ? LocalSidecarProgram.Missing ?? Node.Missing : "Runs against LocalSidecar only.";
        Timeout = Deadlines.OfReplay;
    }
}
