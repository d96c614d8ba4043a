namespace TestSupport;

/// <summary>
/// A fact about shell scripts, signals and file modes, which Windows does not have. Each test project that has one compiles this file.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    internal const string Reason = "needs a POSIX shell, signals or file modes";

    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = Reason;
        }
    }
}

/// <summary>A theory about the same.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = UnixFactAttribute.Reason;
        }
    }
}
