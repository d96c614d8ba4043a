using Xunit.Abstractions;
using Xunit.Sdk;

namespace Browser;

/// <summary>
/// A fact that a browser shows and that takes minutes: it is there only where the environment says <c>LONG_TESTS=1</c>, as
/// <c>eng/long.sh</c> does. Elsewhere it is not even skipped.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Browser.LongBrowserFactDiscoverer", "Browser")]
public sealed class LongBrowserFactAttribute : FactAttribute;

/// <summary>Finds long facts where they are asked for.</summary>
/// <param name="messages">What is told of problems.</param>
public sealed class LongBrowserFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    private readonly FactDiscoverer _facts = new(messages);

    /// <inheritdoc/>
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        Environment.GetEnvironmentVariable("LONG_TESTS") == "1"
            ? _facts.Discover(discoveryOptions, testMethod, factAttribute)
            : [];
}
