using System.Reflection;
using JobOrchestrator.Hosting;

namespace JobOrchestrator.Tests.Hosting;

/// <summary>What is the operator's to mend is said in a sentence; what is not keeps its stack trace.</summary>
public sealed class StartTroubleTests
{
    [Fact]
    public void Certificate_ThatIsNotThere_IsASentence()
    {
        Exception missing = Record.Exception(static () => File.OpenRead(Path.Combine(AppContext.BaseDirectory, "none.pfx")).Dispose());

        string sentence = StartTrouble.Of(missing)!;

        Assert.StartsWith(missing.Message, sentence, StringComparison.Ordinal);
        Assert.Contains("section Kestrel", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nowhere, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null")]
    [InlineData("System.Runtime, Version=99.0.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a")]
    public void Assembly_ThatCannotBeLoaded_IsAFaultOfOurs(string name) =>
        Assert.Null(StartTrouble.Of(Record.Exception(() => Assembly.Load(name))));
}
