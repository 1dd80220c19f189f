param([Parameter(Mandatory)] [string] $Module)

BeforeAll {
    Import-Module $Module -Force
}

Describe 'The error catalogue' {
    It 'explains a code of the service' -Tag 'ER-95226' {
        $info = Get-AsrErrorInfo -Code 95226
        $info.Id | Should -Be 'ConfigurationServerUnreachable'
        $info.Requirements | Should -Contain 'ER'
        $info.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'explains <Code>: <Id>' -ForEach @(
        @{ Code = 28031; Id = 'AzureQuotaUsedUp' }
        @{ Code = 28092; Id = 'AddressTaken' }
        @{ Code = 28175; Id = 'MachineRenamed' }
        @{ Code = 70038; Id = 'NetworkNotFound' }
        @{ Code = 170010; Id = 'HydrationFails' }
    ) {
        $info = Get-AsrErrorInfo -Code $Code
        $info.Id | Should -Be $Id
        $info.Message, $info.PossibleCauses, $info.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'explains 8038, with its remedy' -Tag 'ER-8038' {
        $info = Get-AsrErrorInfo -Code 8038
        $info.Id | Should -Be 'HostMemory'
        $info.PossibleCauses | Should -Match 'not enough memory'
        $info.RecommendedAction | Should -Match 'Add memory to the host.* or move the machine to another host'
    }

    It 'explains 8061, with its remedy' -Tag 'ER-8061' {
        $info = Get-AsrErrorInfo -Code 8061
        $info.Id | Should -Be 'DatastoreNotAccessible'
        $info.RecommendedAction | Should -Match 'Mount the datastore read/write.* or use a master target on a host that has it'
    }

    It 'explains 78052, with every remedy' -Tag 'ER-78052' {
        $info = Get-AsrErrorInfo -Code 78052
        $info.Id | Should -Be 'NameClash'
        $info.RecommendedAction | Should -Match 'master target on another host, move the master target, or rename the stray machine'
    }

    It 'explains an error that happened' {
        try { Get-AsrProtectedItem } catch { $happened = $_ }
        ($happened | Get-AsrErrorInfo).Id | Should -Be 'NotConnected'
    }

    It 'finds by words, all of them' {
        (Get-AsrErrorInfo -Text 'master target', snapshot).Id | Should -Be 'MasterTargetSnapshots'
    }

    It 'leaves no placeholder open' {
        Get-AsrErrorInfo | Where-Object { "$($_.Message)$($_.PossibleCauses)$($_.RecommendedAction)" -match '\{\d' } | Should -BeNullOrEmpty
    }

    It 'says that an id does not exist, and explains the others' {
        $found = Get-AsrErrorInfo Nonsense, ItemBusy -ErrorVariable missing -ErrorAction SilentlyContinue
        $found.Id | Should -Be 'ItemBusy'
        $missing.FullyQualifiedErrorId | Should -Be 'ErrorUnknown,AsrFailback.Commands.GetAsrErrorInfoCommand'
        $missing.TargetObject | Should -Be 'Nonsense'
    }
}
