param([Parameter(Mandatory)] [string] $Module)

BeforeDiscovery {
    Import-Module $Module -Force
    $commands = Get-Command -Module AsrFailback | ForEach-Object { @{ Command = $_ } }
}

Describe 'Conventions of <Command.Name>' -ForEach $commands {
    It 'has an approved verb and a singular noun with the prefix' {
        (Get-Verb).Verb | Should -Contain $Command.Verb
        $Command.Noun | Should -Match '^Asr[A-Z]\w*([^s]|ness)$'
    }

    It 'says what it returns' {
        $Command.OutputType | Should -Not -BeNullOrEmpty
    }

    It 'supports -WhatIf when it changes something' {
        $reads = $Command.Verb -in 'Get', 'Test', 'Measure', 'Wait', 'Connect'
        $Command.Parameters.ContainsKey('WhatIf') | Should -Be (-not $reads)
    }

    It 'has help: a synopsis, a description of everything, two examples' {
        $help = Get-Help $Command.Name -Full
        $help.Synopsis | Should -Match '^[A-Z].*\.$' -Because 'without a page PowerShell shows the syntax'
        $help.Description.Text | Should -Not -BeNullOrEmpty
        $help.examples.example.Count | Should -BeGreaterOrEqual 2
        $own = $Command.Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters }
        $help.parameters.parameter.name | Sort-Object | Should -Be ($own | Sort-Object)
        foreach ($parameter in $help.parameters.parameter) {
            $parameter.description.Text | Should -Not -BeNullOrEmpty -Because $parameter.name
        }
    }

    It 'takes at most one parameter by value from the pipeline' {
        foreach ($set in $Command.ParameterSets) {
            @($set.Parameters | Where-Object ValueFromPipeline).Count | Should -BeLessOrEqual 1
        }
    }

    It 'has a format view for what it returns' {
        foreach ($type in $Command.OutputType.Type | Where-Object { $_.Namespace -eq 'AsrFailback' }) {
            Get-FormatData -TypeName $type.FullName -PowerShellVersion $PSVersionTable.PSVersion | Should -Not -BeNullOrEmpty
        }
    }
}

Describe 'The manifest' {
    It 'exports exactly the cmdlets that the assembly has' {
        $manifest = Import-PowerShellDataFile $Module
        $assembly = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'AsrFailback' }
        $found = $assembly.GetExportedTypes() | ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } |
            ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
        $found | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
    }

    It 'keeps every path in the package under 140 characters' {
        $root = Split-Path $Module
        Get-ChildItem $root -Recurse -File | Where-Object { $_.FullName.Length - $root.Length -ge 140 } | Should -BeNullOrEmpty
    }
}

Describe 'The topic' {
    It 'is found' {
        Get-Help about_AsrFailback | Should -Match 'brings them home'
    }
}

Describe 'Loading' {
    It 'may be imported twice and keeps its private packages out of the shared context' {
        Import-Module $Module -Force
        $null = Get-AsrVault
        $shared = [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.ForEach{ $_.GetName().Name }
        $shared | Should -Not -Contain 'AsrFailback.Engine'
        $shared | Should -Not -Contain 'Microsoft.Data.Sqlite'
    }

    It 'says that no vault is connected' {
        { Get-AsrProtectedItem -ErrorAction Stop } | Should -Throw -ErrorId 'NotConnected,*'
    }
}
